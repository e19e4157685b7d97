"""The demo's events: what happened to the codes after the maker stored them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from accounts.models import Unit
from portal.demo_data.uploads import PACKING, DemoBatch
from tracing.models import EventKind, Node, TraceEvent
from tracing.synthetic.codes import credit_code

PHARMACY = "某某省某某市某某大药房"
PHARMACY_USCC = credit_code("demo", "pharmacy")
DONE = "1"
# The way of a code after 生产入库: kind, node, days later, and the pack level that is scanned.
STEPS = (
    (EventKind.SHIPMENT, Node.SHIPPED, 1, 3),
    (EventKind.CIRCULATION_IN, Node.CIRCULATED_IN, 2, 3),
    (EventKind.CIRCULATION_OUT, Node.CIRCULATED_OUT, 3, 2),
    (EventKind.RECEIPT, Node.RECEIVED, 4, 2),
    (EventKind.RETAIL, Node.SOLD, 5, 1),
)
# Two middle boxes come to the pharmacy, which sells the packs of the first.
SOLD = PACKING.per_middle
RECEIVED = 2 * PACKING.per_middle
SHIPPED = PACKING.per_middle * PACKING.per_large


def seed(batch: DemoBatch, distributor: Unit) -> list[str]:
    """Write the events of the first large box of a batch; returns the codes with all six nodes.

    Written straight to the table, for the records that will bring them are not there yet. The
    maker's shipment names the distributor, so the distributor's own events are corroborated.
    """
    TraceEvent.everything.bulk_create(_events(batch, distributor), ignore_conflicts=True)
    return batch.packs(1)[:SOLD]


def _events(batch: DemoBatch, distributor: Unit) -> Iterator[TraceEvent]:
    now = timezone.now()
    for kind, node, days, level in STEPS:
        reached = {3: SHIPPED, 2: RECEIVED, 1: SOLD}[level]
        for code in dict.fromkeys(batch.packs(level)[:reached]):
            event = _event(kind, batch.unit, distributor)
            event.code, event.node = code, node
            event.document = f"{kind.upper()}-{batch.batch.trac_codg_sn}"
            event.happened_at = batch.stored + timedelta(days=days)
            event.uploaded_at = now
            yield event


def _event(kind: EventKind, maker: Unit, distributor: Unit) -> TraceEvent:
    """An event of a kind with its parties: who tells of it, from whom, to whom."""
    firm = (maker.name, maker.uscc)
    middle = (distributor.name, distributor.uscc)
    shop = (PHARMACY, PHARMACY_USCC)
    told_by, organisation, sender, receiver = {
        EventKind.SHIPMENT: (maker, firm, firm, middle),
        EventKind.CIRCULATION_IN: (distributor, middle, firm, middle),
        EventKind.CIRCULATION_OUT: (distributor, middle, middle, shop),
        EventKind.RECEIPT: (maker, shop, middle, shop),
        EventKind.RETAIL: (maker, shop, shop, (None, None)),
    }[kind]
    return TraceEvent(
        kind=kind,
        unit=told_by,
        organisation=organisation[0],
        sender_name=sender[0],
        sender_uscc=sender[1],
        receiver_name=receiver[0],
        receiver_uscc=receiver[1],
        status=DONE,
    )
