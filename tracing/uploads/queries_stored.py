"""Stored rows as they were uploaded, of a list or of a batch: what an export of them holds."""

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
from tracing.uploads import queries_batches, queries_events

CHUNK = 2_000


@dataclass(frozen=True)
class Wanted:
    """Which rows of a record: those of a batch, by its serial number, or what a filter asks for."""

    record: Record
    filter: Mapping[str, Any]
    batch: str = ""


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
    # The smallest pack stands under its level in the record, under its key in the table.
    return {**vars(row), "lv1_trac_code": row.code} if isinstance(row, TraceCode) else vars(row)


def _batches(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    return queries_batches.found(unit, wanted.filter, record=wanted.record).order_by("trac_codg_sn")


def _codes(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    live = TraceCode.objects.of(unit).filter(voided_at__isnull=True)
    return live.filter(trac_codg_sn=wanted.batch).order_by("code")


def _events(unit: Unit, wanted: Wanted) -> QuerySet[Any]:
    code = wanted.record.code
    if wanted.batch:
        found = queries_events.found_of_batch(unit, wanted.batch, code)
    else:
        found = queries_events.found(unit, code, wanted.filter)
    return found.order_by("code", "kind", "document")


_SHAPES: dict[Shape, Callable[[Unit, Wanted], QuerySet[Any]]] = {
    Shape.PRODUCT: _batches,
    Shape.CODES: _codes,
    Shape.EVENT: _events,
}
