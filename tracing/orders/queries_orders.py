"""订单查询: the orders of a unit, and the codes of one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import Page, page_of
from tracing.records.event_kinds import EventKind
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_orders import Order, OrderBatch

NEWEST_FIRST = ("-last_at", "kind", "document", "partner")
# Batches of an order that its page names.
MOST_BATCHES = 20


class OrderKey(NamedTuple):
    """What an order of a unit is known by."""

    kind: str
    document: str
    partner: str


def orders(
    unit: Unit,
    kinds: Collection[EventKind],
    wanted: Mapping[str, Any],
    *,
    number: int = 1,
    size: int = 10,
) -> Page[Order]:
    """One page of the unit's orders of some kinds, the newest first.

    `wanted` holds what the filter asks: `number` stands anywhere in either side's number,
    `partner` in the other side's name or credit code, `kind` is one of the kinds, `days` a pair of
    local days, both included, of which either may be None. What is left out filters nothing.
    """
    kind = wanted.get("kind")
    found = Order.objects.of(unit).filter(kind__in=[kind] if kind else list(kinds))
    if number_part := wanted.get("number"):
        found = found.filter(
            Q(document__icontains=number_part)
            | Q(number_first__icontains=number_part)
            | Q(number_last__icontains=number_part)
        )
    if partner := wanted.get("partner"):
        found = found.filter(Q(partner_name__icontains=partner) | Q(partner__icontains=partner))
    found = found.filter(_within(*wanted.get("days", (None, None))))
    return page_of(found, NEWEST_FIRST, number, size)


def _within(first: date | None, last: date | None) -> Q:
    """Orders some of whose rows happened in these days."""
    inside = Q()
    if first is not None:
        inside &= Q(last_at__gte=local_day_bounds(first, first)[0])
    if last is not None:
        inside &= Q(first_at__lt=local_day_bounds(last, last)[1])
    return inside


def order_of(unit: Unit, kinds: Collection[EventKind], key: OrderKey) -> Order | None:
    """One order of the unit; None also for one of another unit."""
    if key.kind not in kinds:
        return None
    return Order.objects.of(unit).filter(**key._asdict()).first()


def batches_of(unit: Unit, order: Order) -> list[OrderBatch]:
    """The batches of an order, the largest first; no more than a page shows, and none where no row
    names one, as those of consumables do not."""
    found = OrderBatch.objects.of(unit).filter(
        kind=order.kind, document=order.document, partner=order.partner
    )
    batches = list(found.order_by("-codes", "batch")[:MOST_BATCHES])
    return batches if any(each.batch for each in batches) else []


def rows_of(unit: Unit, order: Order, part: str = "") -> QuerySet[TraceEvent]:
    """The live events of an order; those whose code has `part` in it."""
    found = TraceEvent.objects.of(unit).filter(
        _to(unit, order.partner or None),
        document=order.document,
        kind=order.kind,
        voided_at__isnull=True,
    )
    return found.filter(code__contains=part) if part else found


def _to(unit: Unit, partner: str | None) -> Q:
    """Events whose partner this is: the side that the unit is not (tracing/stores/orders.py)."""

    def said(side: str, uscc: str | None) -> Q:
        return Q(**{f"{side}_uscc__isnull": True}) if uscc is None else Q(**{f"{side}_uscc": uscc})

    received = said("receiver", unit.uscc)
    return (received & said("sender", partner)) | (said("receiver", partner) & ~received)
