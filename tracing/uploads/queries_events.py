"""Events as the rows that were uploaded: of a maker's batch, and all that a distributor told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import SIZES, Page, mapped, page_of
from tracing.records import RECORDS
from tracing.records.base import Column
from tracing.stores.events import EVENT_STORES, EventStore
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_events import EventKind, TraceEvent
from tracing.traces.selections import spellings

CIRCULATION = "circulation"
CIRCULATED = (EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT)
# What the records of a maker's batch tell of.
TOLD_BY = {
    "domestic-drug-shipment": EventKind.SHIPMENT,
    "domestic-drug-delivery": EventKind.DELIVERY,
    "domestic-drug-receipt": EventKind.RECEIPT,
    "domestic-drug-retail": EventKind.RETAIL,
}
NEWEST_FIRST = ("-happened_at", "code", "kind", "document")
STORES = {store.record: store for store in EVENT_STORES}


class EventRow(NamedTuple):
    """An uploaded row: its key beside the unit, and its cells by column of the record."""

    key: tuple[str, str, str]
    cells: dict[str, Any]


def events_of_batch(
    unit: Unit, trac_codg_sn: str, record_code: str, *, number: int = 1
) -> Page[EventRow]:
    """One page of what the unit told of a batch's live codes and of the boxes that hold them."""
    codes = TraceCode.objects.of(unit).filter(trac_codg_sn=trac_codg_sn, voided_at__isnull=True)
    levels = codes.values("code").union(
        codes.values("lv2_trac_code"), codes.values("lv3_trac_code")
    )
    found = _live(unit, (TOLD_BY[record_code],)).filter(code__in=levels)
    page = page_of(found, ("code", "document"), number, SIZES[0])
    return mapped(page, lambda rows: _rows(record_code, rows))


def circulations(
    unit: Unit, wanted: Mapping[str, Any], *, number: int = 1, size: int = 10
) -> Page[EventRow]:
    """One page of what a distributor told of goods in and out, the newest first.

    `wanted` maps columns of the record to what the filter holds: a code matches whole, texts
    anywhere and as they are typed, a time is a pair (first day, last day), either may be None.
    """
    found = _live(unit, CIRCULATED)
    for name, value in wanted.items():
        if value not in ("", None):
            found = found.filter(_matches(RECORDS[CIRCULATION].column(name), value))
    page = page_of(found, NEWEST_FIRST, number, size)
    return mapped(page, lambda rows: _rows(CIRCULATION, rows))


def circulation(unit: Unit, key: Sequence[str]) -> EventRow | None:
    """One live row of the unit by its key; None also for a row of another unit."""
    code, kind, document = key
    found = _live(unit, CIRCULATED).filter(code=code, kind=kind, document=document).first()
    return None if found is None else _rows(CIRCULATION, [found])[0]


def _live(unit: Unit, kinds: Sequence[EventKind]) -> QuerySet[TraceEvent]:
    return TraceEvent.objects.of(unit).filter(kind__in=kinds, voided_at__isnull=True)


def _matches(column: Column, value: Any) -> Q:
    if column.name == "trac_code":
        return Q(code__in=spellings(value))
    field = STORES[CIRCULATION].kept.get(column.name, f"details__{column.name}")
    if column.kind.type == "moment":
        return _within(field, *value)
    read = column.kind.parse(value)
    return Q(**{f"{field}__icontains": read if isinstance(read, str) else value})


def _within(field: str, first: date | None, last: date | None) -> Q:
    """Whole local days, both included; a time in `details` is compared as the time it writes."""
    inside = Q()
    moment = Cast(KeyTextTransform(*reversed(field.split("__"))), DateTimeField())
    if first is not None:
        inside &= Q(GreaterThanOrEqual(moment, local_day_bounds(first, first)[0]))
    if last is not None:
        inside &= Q(LessThan(moment, local_day_bounds(last, last)[1]))
    return inside


def _rows(record_code: str, events: Sequence[TraceEvent]) -> list[EventRow]:
    store = STORES[record_code]
    return [EventRow((e.code, e.kind, e.document), _cells(store, e)) for e in events]


def _cells(store: EventStore, event: TraceEvent) -> dict[str, Any]:
    return {
        column.name: (
            getattr(event, store.kept[column.name])
            if column.name in store.kept
            else _read(column, event.details.get(column.name))
        )
        for column in store.RECORD.columns
    }


def _read(column: Column, value: Any) -> Any:
    """A cell as JSON keeps it: a time is written out."""
    if value is not None and column.kind.type in ("date", "moment"):
        return datetime.fromisoformat(value)
    return value
