"""The demo's consumables: items and packings, pieces and a lot, on their way to a distributor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.units.models import Unit
from portal.demo.data import events
from portal.demo.data.uploads import PACKING, SEED, DemoBatch, midnight_after, upload
from tracing.records import udi
from tracing.records.bindings import record_of, telling
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import Shape
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.stores.models_events import TraceEvent
from tracing.synthetic.devices import device_of, item_columns, spec_columns, udi_columns
from tracing.synthetic.products import Maker, Product, batch_of
from tracing.synthetic.sample import sample_of

NAME = "20250405-0001"
FAMILY = record_of(Shape.UDI).family
# One of the items is made: so many codes, of which the last stands for a lot.
ITEMS, MADE, CODES = 12, 2, 50
SENT_OF_LOT = "20"


def seed(maker: Unit, distributor: Unit) -> tuple[DemoBatch, list[str]]:
    """Upload what is missing; returns what was made and the pieces with all six nodes."""
    _describe(maker)
    batch = _batch(maker)
    known = TraceCode.objects.of(maker).filter(code__in=batch.packs(1), voided_at__isnull=True)
    if known.count() < CODES:
        upload(maker, sample_of(record_of(Shape.UDI).code, batch.codes))
    codes = events.seed(batch, distributor)
    _send_of_the_lot(batch, distributor)
    return batch, codes


def _describe(maker: Unit) -> None:
    firm = Maker(maker.name, maker.uscc)
    for shape, table, columns in (
        (Shape.ITEM, ConsumableItem, item_columns),
        (Shape.SPEC, ConsumableSpec, spec_columns),
    ):
        if table.objects.of(maker).filter(voided_at__isnull=True).count() < ITEMS:
            upload(maker, sample_of(record_of(shape).code, columns(firm, ITEMS)))


def _batch(unit: Unit) -> DemoBatch:
    maker = Maker(unit.name, unit.uscc)
    batch = batch_of(maker, NAME)
    batch = replace(batch, product=Product(MADE, batch.product.enterprise))
    mcs_code = device_of(batch).mcs_code
    return DemoBatch(
        FAMILY,
        unit,
        batch,
        udi_columns(maker, batch, SEED, CODES, PACKING),
        midnight_after(batch.made),
        med_list_codg=mcs_code,
        serial=f"{mcs_code} {batch.lot}",
    )


def _send_of_the_lot(batch: DemoBatch, distributor: Unit) -> None:
    """Some pieces of the lot, as maker and distributor tell of them."""
    lot = next(code for code in batch.packs(1) if udi.stands_for_lot(code))
    told: list[tuple[Unit, EventKind, dict[str, Any]]] = [
        (batch.unit, EventKind.SHIPMENT, events.shipment(batch, distributor, lot)),
        (distributor, EventKind.CIRCULATION_IN, events.inbound(batch, distributor, lot)),
    ]
    for unit, kind, row in told:
        known = TraceEvent.objects.of(unit).filter(code=lot, voided_at__isnull=True)
        if not known.exists():
            columns = {name: [cell] for name, cell in {**row, "cnt": SENT_OF_LOT}.items()}
            upload(unit, sample_of(telling(kind, FAMILY).code, columns))
