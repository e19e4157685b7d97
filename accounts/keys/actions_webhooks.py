"""Webhooks are added, changed, paused, ended and tried: the only writers that pages call."""

import secrets
import uuid
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import tasks
from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import Origin
from accounts.keys.actions import SHOWN_WITHIN
from accounts.keys.models_webhooks import (
    PING,
    SECRET_BYTES,
    DeliveryState,
    Pause,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from accounts.keys.queries_webhooks import kept
from accounts.keys.webhook_events import note
from accounts.keys.webhook_pauses import pause
from accounts.keys.webhook_sending import judged
from accounts.log.writing import record
from accounts.rights.actions import lock
from accounts.units.models import Unit
from portal.lib.refused import Refused

# Webhooks of a unit that have not ended.
MOST = 10
# Names that are looked up for a unit, and messages that somebody asks for.
LOOKUPS_AN_HOUR = 30
SENDS_AN_HOUR = 120


def add(unit: Unit, *, name: str, url: str, events: Collection[str], origin: Origin) -> Webhook:
    """Make a webhook. Its `secret` is shown when its page is asked for, once.

    Raises Refused: webhook_address, webhook_not_public, webhook_name_unknown, webhook_too_many,
    webhook_name_taken, webhook_changes_too_many.
    """
    _judge(unit, url)
    with transaction.atomic():
        lock(unit)
        if kept(unit).count() >= MOST:
            raise Refused("webhook_too_many", most=str(MOST))
        _require_free(unit, name)
        webhook = Webhook.objects.create(
            unit=unit,
            name=name,
            url=url,
            secret=secrets.token_hex(SECRET_BYTES),
            events=sorted(events),
            made_by=origin.doer,
        )
        record("webhook-added", origin=origin, unit=unit, target=name, after=_said(webhook))
    return webhook


@transaction.atomic
def reveal(webhook: Webhook, *, origin: Origin) -> Webhook | None:
    """Return a webhook whose secret may be shown to whoever added it, and note that it was.

    None where it was shown before, where it is too late, and to anyone else.
    """
    since = timezone.now() - SHOWN_WITHIN
    rows = kept(webhook.unit).filter(pk=webhook.pk, made_by=origin.doer, made_at__gt=since)
    if not rows.filter(shown_at=None).update(shown_at=timezone.now()):
        return None
    record("webhook-shown", origin=origin, unit=webhook.unit, target=webhook.name)
    return webhook


def change(
    webhook: Webhook, *, name: str, url: str, events: Collection[str], origin: Origin
) -> None:
    """Change what a webhook is called, where it leads and what it is told. Raises as `add`."""
    if url != webhook.url:
        _judge(webhook.unit, url)
    with transaction.atomic():
        lock(webhook.unit)
        locked = _locked(webhook)
        _require_free(locked.unit, name, locked)
        before = _said(locked)
        locked.name, locked.url, locked.events = name, url, sorted(events)
        locked.save(update_fields=["name", "url", "events"])
        record(
            "webhook-changed",
            origin=origin,
            unit=locked.unit,
            target=name,
            before=before,
            after=_said(locked),
        )


@transaction.atomic
def pause_by_hand(webhook: Webhook, *, origin: Origin) -> None:
    """Pause a webhook; pausing one again changes nothing."""
    pause(webhook, Pause.ASKED, origin)


@transaction.atomic
def resume(webhook: Webhook, *, origin: Origin) -> None:
    """paused → live: what waits is due at once. Resuming one again changes nothing."""
    paused = Webhook.everything.filter(pk=webhook.pk, state=WebhookState.PAUSED)
    live = {"state": WebhookState.LIVE, "paused_why": "", "failures": 0, "rests_until": None}
    if not paused.update(**live):
        return
    waiting = WebhookDelivery.everything.filter(webhook=webhook, state=DeliveryState.WAITING)
    waiting.filter(claim=None).update(next_at=timezone.now())
    record("webhook-resumed", origin=origin, unit=webhook.unit, target=webhook.name)
    _nudge()


@transaction.atomic
def end(webhook: Webhook, *, origin: Origin) -> None:
    """End a webhook for good; what waits is not sent. Ending one again changes nothing."""
    mine = kept(webhook.unit).filter(pk=webhook.pk)
    ended = {"state": WebhookState.ENDED, "paused_why": "", "secret": ""}
    if mine.update(ended_at=timezone.now(), **ended):
        record("webhook-ended", origin=origin, unit=webhook.unit, target=webhook.name)


def ping(webhook: Webhook, *, origin: Origin) -> WebhookDelivery:
    """Send an event that tells of nothing.

    Raises Refused: webhook_paused, webhook_sends_too_many.
    """
    _count_send(webhook.unit)
    with transaction.atomic():
        locked = _live(webhook)
        Webhook.everything.filter(pk=webhook.pk).update(rests_until=None)
        delivery = note(locked, locked.unit, PING, {}, uuid.uuid4())
        record("webhook-tested", origin=origin, unit=locked.unit, target=locked.name)
        _nudge()
    return delivery


def send_again(webhook: Webhook, delivery: WebhookDelivery, *, origin: Origin) -> None:
    """Deliver an event once more, under its number. One that waits is due at once.

    Raises Refused: webhook_paused, webhook_sends_too_many, webhook_underway.
    """
    _count_send(webhook.unit)
    with transaction.atomic():
        locked = _live(webhook)
        free = Q(claim=None) | Q(next_at__lte=timezone.now())
        rows = WebhookDelivery.everything.filter(free, pk=delivery.pk, webhook=locked)
        again = {"state": DeliveryState.WAITING, "attempts": 0, "claim": None}
        if not rows.update(next_at=timezone.now(), **again):
            raise Refused("webhook_underway")
        Webhook.everything.filter(pk=webhook.pk).update(rests_until=None)
        record(
            "webhook-sent-again",
            origin=origin,
            unit=locked.unit,
            target=locked.name,
            after={"webhook_event": delivery.event, "webhook_event_id": str(delivery.event_id)},
        )
        _nudge()


def _judge(unit: Unit, url: str) -> None:
    """Look an address up, a limited number of times. Raises Refused."""
    limit = Limit("webhook-lookups", str(unit.pk), LOOKUPS_AN_HOUR, HOUR)
    spend("webhook_changes_too_many", limit, times=str(LOOKUPS_AN_HOUR))
    judged(url)


def _count_send(unit: Unit) -> None:
    limit = Limit("webhook-sends", str(unit.pk), SENDS_AN_HOUR, HOUR)
    spend("webhook_sends_too_many", limit, times=str(SENDS_AN_HOUR))


def _locked(webhook: Webhook) -> Webhook:
    """The webhook as it is now, held. Raises Refused for one that has ended."""
    rows = Webhook.everything.select_for_update(of=("self",), no_key=True).select_related("unit")
    locked = rows.get(pk=webhook.pk)
    if locked.state == WebhookState.ENDED:
        raise Refused("webhook_ended", name=locked.name)
    return locked


def _live(webhook: Webhook) -> Webhook:
    """The same of one that is live. Raises Refused."""
    locked = _locked(webhook)
    if locked.state != WebhookState.LIVE:
        raise Refused("webhook_paused", name=locked.name)
    return locked


def _require_free(unit: Unit, name: str, own: Webhook | None = None) -> None:
    """Refuse a name that another webhook of the unit has."""
    named = Webhook.objects.of(unit).filter(name=name).exclude(state=WebhookState.ENDED)
    found = named.first()
    if found is not None and found != own:
        raise Refused("webhook_name_taken", name=name)


def _said(webhook: Webhook) -> dict[str, object]:
    """A webhook as the operation log keeps it."""
    return {
        "webhook_name": webhook.name,
        "webhook_url": webhook.url,
        "webhook_events": webhook.events,
    }


def _nudge() -> None:
    """Wake a worker when the transaction has been committed; the clock does so anyway."""
    transaction.on_commit(lambda: tasks.deliver_webhooks.delay(), robust=True)
