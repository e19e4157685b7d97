"""Delivering events: whose turn it is, what comes of an attempt, and when to try again.

A webhook has one attempt at a time, a unit too, and those tried longest ago come first: an address
that answers slowly holds up nobody but its own unit. One that fails rests as a whole, longer after
each further failure, so that it is not asked anew for everything that waits.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.keys.models_webhooks import (
    KEPT,
    DeliveryState,
    Pause,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from accounts.keys.webhook_events import held
from accounts.keys.webhook_pauses import pause, tell_holder
from accounts.keys.webhook_sending import Message, Outcome, send
from portal.lib.refused import Refusal

# After each failed attempt but the last: how long until the next.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(PAUSES) + 1
# An attempt ends long before; one whose maker died is made again after this.
LEASE = timedelta(minutes=2)
# Attempts that are made side by side, and how long one task takes up new ones.
SIDE_BY_SIDE = 8
# Of which one unit has so many: a slow receiver holds up neither its neighbours nor other units.
OF_ONE_UNIT = 4
SECONDS = 60.0
LOOKS_AGAIN = 1.0
# Webhooks among which one of each unit is chosen.
LOOKED_AT = 200
# Of a webhook that gives some events up and takes others, its holder hears once in this time.
TOLD_AGAIN = timedelta(days=1)
# Deleted in one statement.
SWEPT = 5_000


class Claimed(NamedTuple):
    """An attempt that is this worker's to make."""

    webhook_id: int
    delivery_id: int
    token: uuid.UUID
    message: Message


def deliver() -> None:
    """Deliver what is due, several at once, until nothing is or the time is over."""
    end = time.monotonic() + SECONDS
    underway: dict[Future[Outcome], Claimed] = {}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while True:
            if time.monotonic() < end:
                for claimed in claim(SIDE_BY_SIDE - len(underway)):
                    underway[pool.submit(send, claimed.message)] = claimed
            if not underway:
                return
            done, _ = wait(underway, timeout=LOOKS_AGAIN, return_when=FIRST_COMPLETED)
            for attempt in done:
                finish(underway.pop(attempt), attempt.result())


def claim(most: int) -> list[Claimed]:
    """Take up to `most` attempts that are due, each of another webhook, and few of one unit."""
    now = timezone.now()
    if most <= 0:
        return []
    with transaction.atomic():
        rows = _due(now).select_for_update(of=("self",), skip_locked=True, no_key=True)
        busy = _underway(now).values_list("unit").annotate(Count("pk"))
        of_unit = Counter(dict(busy.order_by()))
        chosen: list[Webhook] = []
        in_turn = rows.order_by(F("tried_at").asc(nulls_first=True), "pk")
        for webhook in in_turn[:LOOKED_AT]:
            if of_unit[webhook.unit_id] < OF_ONE_UNIT:
                of_unit[webhook.unit_id] += 1
                chosen.append(webhook)
        found = (_claim(webhook, now) for webhook in chosen[:most])
        return [claimed for claimed in found if claimed is not None]


def _underway(now: Any) -> QuerySet[WebhookDelivery]:
    """Attempts that somebody makes, as far as their time is not over."""
    return WebhookDelivery.everything.filter(claim__isnull=False, next_at__gt=now)


def _due(now: Any) -> QuerySet[Webhook]:
    """Live webhooks with something due and nothing under way, of open units."""
    of_webhook = WebhookDelivery.everything.filter(webhook=OuterRef("pk"))
    rows = Webhook.everything.filter(
        Q(rests_until=None) | Q(rests_until__lte=now),
        Exists(of_webhook.filter(state=DeliveryState.WAITING, next_at__lte=now)),
        ~Exists(_underway(now).filter(webhook=OuterRef("pk"))),
        state=WebhookState.LIVE,
        unit__approved_at__isnull=False,
        unit__closed_at=None,
    )
    return held(rows)


def _claim(webhook: Webhook, now: Any) -> Claimed | None:
    """Take the attempt of a webhook that is longest due, by compare-and-set."""
    waiting = WebhookDelivery.everything.filter(
        webhook=webhook, state=DeliveryState.WAITING, next_at__lte=now
    )
    delivery = waiting.order_by("next_at", "pk").first()
    if delivery is None:
        return None
    token = uuid.uuid4()
    mine = {"claim": token, "next_at": now + LEASE, "tried_at": now, "attempts": F("attempts") + 1}
    if not waiting.filter(pk=delivery.pk).update(**mine):
        return None
    Webhook.everything.filter(pk=webhook.pk).update(tried_at=now)
    message = Message(webhook.url, webhook.secret, delivery.event_id, delivery.body)
    return Claimed(webhook.pk, delivery.pk, token, message)


@transaction.atomic
def finish(claimed: Claimed, outcome: Outcome) -> None:
    """Write what came of an attempt, unless it was taken from its maker."""
    # The webhook first, as whoever claims does.
    hooks = Webhook.everything.select_for_update(of=("self",), no_key=True)
    webhook = hooks.select_related("unit").get(pk=claimed.webhook_id)
    mine = WebhookDelivery.everything.filter(pk=claimed.delivery_id, claim=claimed.token)
    delivery = mine.select_for_update().first()
    if delivery is None:
        return
    delivery.claim, delivery.status, delivery.answer = None, outcome.status, outcome.answer
    if outcome.failure is None:
        _arrived(webhook, delivery)
    else:
        _failed(webhook, delivery, outcome.failure)
    delivery.save()
    webhook.save(update_fields=["failures", "rests_until"])


def _arrived(webhook: Webhook, delivery: WebhookDelivery) -> None:
    delivery.state, delivery.arrived_at = DeliveryState.ARRIVED, timezone.now()
    delivery.failure_code, delivery.failure_detail = None, []
    webhook.failures, webhook.rests_until = 0, None


def _failed(webhook: Webhook, delivery: WebhookDelivery, failure: Refusal) -> None:
    """Put the next attempt off, or give the delivery up; the webhook rests, or is paused."""
    now = timezone.now()
    delivery.failure_code, delivery.failure_detail = failure.code, failure.kept
    webhook.failures = min(webhook.failures + 1, MOST_ATTEMPTS)
    webhook.rests_until = now + PAUSES[min(webhook.failures, len(PAUSES)) - 1]
    paused = webhook.failures == MOST_ATTEMPTS and pause(webhook, Pause.FAILING, COMMAND)
    if delivery.attempts < MOST_ATTEMPTS:
        delivery.next_at = now + PAUSES[delivery.attempts - 1]
        return
    told = _told_lately(webhook)
    delivery.state = DeliveryState.FAILED
    if not paused and not told:
        tell_holder(webhook, "webhook-gave-up", why=failure.message)


def _told_lately(webhook: Webhook) -> bool:
    """Whether another delivery of the webhook was given up so lately that its holder knows."""
    since = timezone.now() - TOLD_AGAIN
    failed = WebhookDelivery.everything.filter(webhook=webhook, state=DeliveryState.FAILED)
    return failed.filter(tried_at__gte=since).exists()


def sweep() -> int:
    """Forget deliveries that were noted long ago; returns how many, a limited number at a time."""
    old = WebhookDelivery.everything.filter(made_at__lt=timezone.now() - KEPT)
    keys = list(old.order_by("made_at").values_list("pk", flat=True)[:SWEPT])
    return WebhookDelivery.everything.filter(pk__in=keys).delete()[0]
