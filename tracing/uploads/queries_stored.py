"""Stored rows as they were uploaded, of a list, a batch or a consumable: what an export holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.units.models import Unit
from tracing.core.tables import shown
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Shape
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_events import TraceEvent
from tracing.stores.row_key import Key
from tracing.uploads import queries_batches, queries_consumables, queries_events

CHUNK = 2_000


@dataclass(frozen=True)
class Wanted:
    """Which rows of a record: those of a batch, by its serial number, those of a consumable, by
    its key, or what a filter asks for.
    """

    record: Record
    filter: Mapping[str, Any]
    batch: str = ""
    item: Key = ()


def stored(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    """The unit's live rows, in the order of their keys."""
    return _SHAPES[BINDINGS[wanted.record.code].shape](unit, wanted)


def as_uploaded(record: Record, found: QuerySet[Any]) -> Iterator[list[str]]:
    """The cells of each row, as texts that a template takes."""
    for row in found.iterator(chunk_size=CHUNK):
        cells = _cells(record, row)
        yield [shown(column, cells[column.name]) for column in record.columns]


def _cells(record: Record, row: Any) -> Mapping[str, Any]:
    if isinstance(row, TraceEvent):
        return queries_events.cells_of(record.code, row)
    return row.by_column() if isinstance(row, TraceCode) else vars(row)


def _batches(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    return queries_batches.found(unit, wanted.filter, record=wanted.record).order_by("trac_codg_sn")


def _codes(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    live = TraceCode.objects.of(unit).filter(voided_at__isnull=True)
    return live.filter(trac_codg_sn=wanted.batch).order_by("code")


def _events(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    code = wanted.record.code
    if wanted.batch:
        found = queries_events.found_of_batch(unit, wanted.batch, code)
    elif wanted.item:
        found = queries_events.found_of(unit, _pieces_of(unit, wanted.item), code)
    else:
        found = queries_events.found(unit, code, wanted.filter)
    return found.order_by("code", "kind", "document")


def _items(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    found = queries_consumables.found(unit, wanted.filter, record=wanted.record)
    return found.order_by("mcs_code", "udi")


def _specs(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    found = queries_consumables.specs(unit)
    if wanted.item:
        found = found.filter(mcs_code=wanted.item[0])
    return found.order_by("mcs_code", "spec", "mol")


def _pieces(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    found = queries_consumables.codes(unit)
    return (_pieces_of(unit, wanted.item) if wanted.item else found).order_by("code")


def _pieces_of(unit: Unit, key: Key) -> QuerySet[TraceCode]:
    """The codes of a consumable; none of one that is not there."""
    item = queries_consumables.item(unit, *key)
    if item is None:
        return TraceCode.objects.of(unit).none()
    return queries_consumables.codes_of_item(unit, item)


_SHAPES: dict[Shape, Callable[[Unit, Wanted], QuerySet[Any]]] = {
    Shape.PRODUCT: _batches,
    Shape.CODES: _codes,
    Shape.EVENT: _events,
    Shape.ITEM: _items,
    Shape.SPEC: _specs,
    Shape.UDI: _pieces,
}
