"""Webhooks of a unit and what was sent to them."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.keys.models_webhooks import (
    KEPT,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights.unfinished import Fate, Item, Pile
from accounts.units.models import Unit

# Deliveries of one page, and the last page of the list.
PAGE, LAST_PAGE = 50, 200
NEWEST = 5
PILE = "事件通知"


class Deliveries(NamedTuple):
    """One page of deliveries, the newest first; `more` says that older ones follow."""

    rows: list[WebhookDelivery]
    number: int
    more: bool


def webhooks(unit: Unit) -> list[Webhook]:
    """The webhooks of a unit that have not ended, the oldest first."""
    return list(kept(unit).order_by("made_at", "pk"))


def kept(unit: Unit) -> QuerySet[Webhook]:
    """Those that have not ended."""
    return Webhook.objects.of(unit).exclude(state=WebhookState.ENDED)


def webhooks_going_along(unit: Unit, businesses: Collection[str]) -> Pile:
    """Return those that have not ended, which lie in 接口调用自助服务."""
    if SELF_SERVICE not in businesses:
        return Pile(PILE, 0, [])
    rows = kept(unit).order_by("-made_at", "-pk")
    newest = [Item(SELF_SERVICE, row.name, row.get_state_display()) for row in rows[:NEWEST]]
    return Pile(PILE, rows.count(), newest, Fate.PAUSES)


def webhook_of(unit: Unit, webhook_id: int) -> Webhook | None:
    """One that has not ended; None for any other unit's."""
    return kept(unit).filter(pk=webhook_id).first()


def waiting(unit: Unit) -> dict[int, int]:
    """How many events wait for each webhook: its number -> how many, at least one."""
    rows = WebhookDelivery.objects.of(unit).filter(state=DeliveryState.WAITING)
    counted = rows.values("webhook").order_by("webhook").annotate(count=Count("pk"))
    return {row["webhook"]: row["count"] for row in counted}


def deliveries(webhook: Webhook, state: str, number: int) -> Deliveries:
    """A page of what was noted for a webhook in the time that is kept, of one state if one is
    named. Pages are numbered from 1; a number past either end is mended."""
    since = timezone.now() - KEPT
    rows = WebhookDelivery.everything.filter(webhook=webhook, made_at__gte=since)
    if state:
        rows = rows.filter(state=state)
    number = min(max(number, 1), LAST_PAGE)
    start = (number - 1) * PAGE
    found = list(rows.order_by("-made_at", "-pk")[start : start + PAGE + 1])
    if not found and number > 1:
        return deliveries(webhook, state, 1)
    return Deliveries(found[:PAGE], number, len(found) > PAGE and number < LAST_PAGE)


def delivery_of(webhook: Webhook, delivery_id: int) -> WebhookDelivery | None:
    """One delivery of a webhook; None for any other's."""
    return WebhookDelivery.everything.filter(webhook=webhook, pk=delivery_id).first()
