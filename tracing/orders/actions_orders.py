"""导出 and 删除 of a whole order.

As in `tracing.uploads.actions`: atomic, logged, refusals change nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.core.reasons import short_reason
from accounts.log import writing
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing.core import rates, rights
from tracing.core.advisory_locks import take_unit_and_record
from tracing.orders.queries_answers import Line, lines_of
from tracing.orders.queries_orders import OrderKey, order_of, rows_of
from tracing.records.bindings import of_business
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS
from tracing.stores.models_orders import Order
from tracing.stores.voiding import void

# So many codes fit an answer that people wait for.
MOST_EXPORTED = 10_000
# So many rows are voided in one transaction; a larger order takes several.
MOST_VOIDED = 10_000


class Voided(NamedTuple):
    """How many rows of an order were voided, and how many it still has."""

    rows: int
    left: int


def kinds_of(business: str) -> list[EventKind]:
    """The kinds of order whose rows a business uploads, in the order in which a filter has them."""
    told = {kind for b in of_business(business) if b.event for kind in b.event.kinds}
    return [kind for kind in ORDERS if kind in told]


def export_order(
    *, unit: Unit, agent: Agent, business: str, order: Order, origin: Origin
) -> list[Line]:
    """导出: every code of an order as its page shows it. Raises Refused: order_export_too_many,
    order_changed, exports_too_many, or without the business."""
    rights.require(unit, agent, business)
    rates.count_one(rates.EXPORTS, agent, origin)
    if order.codes > MOST_EXPORTED:
        raise Refused(
            "order_export_too_many",
            document=order.document,
            codes=str(order.codes),
            limit=str(MOST_EXPORTED),
        )
    events = list(rows_of(unit, order).order_by("code")[:MOST_EXPORTED])
    if not events:
        raise _changed(order.document, order.codes, 0)
    lines = lines_of(unit, order, events)
    with transaction.atomic():
        writing.record(
            "order-exported",
            origin=origin.done_by(agent.account),
            unit=unit,
            target=order.document,
            after={"order": order.kind, "rows": len(lines)},
        )
    return lines


def void_order(
    *,
    unit: Unit,
    agent: Agent,
    business: str,
    key: OrderKey,
    codes: int,
    reason: str,
    origin: Origin,
) -> Voided:
    """删除: void the first `MOST_VOIDED` rows of an order that has `codes` codes, for a reason.

    Raises Refused: order_changed, reason_missing, or without the business.
    """
    rights.require(unit, agent, business)
    reason = short_reason(reason, "reason_missing")
    kind = EventKind(key.kind)
    told_by = [b.record.code for b in of_business(business) if b.event and kind in b.event.kinds]
    with transaction.atomic():
        for record_code in told_by:
            take_unit_and_record(unit.pk, record_code)
        order = order_of(unit, kinds_of(business), key)
        now = 0 if order is None else order.codes
        if order is None or now != codes:
            raise _changed(key.document, codes, now)
        found = rows_of(unit, order).order_by("code").values_list("code", flat=True)
        voided = [(code, key.kind, key.document) for code in found[:MOST_VOIDED]]
        # The records that tell of a kind keep their rows alike: any of them voids all.
        count = void(told_by[0], unit.pk, voided, reason, timezone.now())
        writing.record(
            "order-voided",
            origin=origin.done_by(agent.account),
            unit=unit,
            target=key.document,
            before={"order": key.kind, "keys": writing.brief(" ".join(key) for key in voided)},
            after={"reason": reason, "rows": count},
        )
    return Voided(count, codes - count)


def _changed(document: str, before: int, now: int) -> Refused:
    return Refused("order_changed", document=document, before=str(before), now=str(now))
