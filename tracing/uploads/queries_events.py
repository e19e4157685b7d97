"""Events as the rows that were uploaded: of a batch, or all that a unit told by a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import SIZES, Page, mapped, page_of
from tracing.library.typed_codes import spellings
from tracing.records import RECORDS
from tracing.records.base import Column
from tracing.records.bindings import BINDINGS
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import CODE
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_events import TraceEvent

NEWEST_FIRST = ("-happened_at", "code", "kind", "document")


class EventRow(NamedTuple):
    """An uploaded row: its key beside the unit, and its cells by column of the record."""

    key: tuple[str, str, str]
    cells: dict[str, Any]


def events_of_batch(
    unit: Unit, trac_codg_sn: str, record_code: str, *, number: int = 1, size: int = SIZES[0]
) -> Page[EventRow]:
    """One page of what `found_of_batch` finds."""
    return _page(record_code, found_of_batch(unit, trac_codg_sn, record_code), number, size)


def found_of_batch(unit: Unit, trac_codg_sn: str, record_code: str) -> QuerySet[TraceEvent]:
    """What the unit told of a batch's live codes and of the boxes that hold them."""
    codes = TraceCode.objects.of(unit).filter(trac_codg_sn=trac_codg_sn, voided_at__isnull=True)
    return found_of(unit, codes, record_code)


def events_of(
    unit: Unit,
    codes: QuerySet[TraceCode],
    record_code: str,
    *,
    number: int = 1,
    size: int = SIZES[0],
) -> Page[EventRow]:
    """One page of what `found_of` finds."""
    return _page(record_code, found_of(unit, codes, record_code), number, size)


def found_of(unit: Unit, codes: QuerySet[TraceCode], record_code: str) -> QuerySet[TraceEvent]:
    """What the unit told by a record of some codes and of the boxes that hold them."""
    levels = codes.values("code").union(
        codes.values("lv2_trac_code"), codes.values("lv3_trac_code")
    )
    return _live(unit, record_code).filter(code__in=levels)


def _page(record_code: str, found: QuerySet[TraceEvent], number: int, size: int) -> Page[EventRow]:
    page = page_of(found, ("code", "document"), number, size, few=True)
    return mapped(page, lambda rows: _rows(record_code, rows))


def events(
    unit: Unit, record_code: str, wanted: Mapping[str, Any], *, number: int = 1, size: int = 10
) -> Page[EventRow]:
    """One page of what the unit told by a record, the newest first; `wanted` is as in `found`."""
    page = page_of(found(unit, record_code, wanted), NEWEST_FIRST, number, size)
    return mapped(page, lambda rows: _rows(record_code, rows))


def found(unit: Unit, record_code: str, wanted: Mapping[str, Any]) -> QuerySet[TraceEvent]:
    """What the unit told by a record.

    `wanted` maps columns of the record to what the filter holds: a code matches whole, texts
    anywhere and as they are typed, a time is a pair (first day, last day), either may be None.
    """
    live = _live(unit, record_code)
    for name, value in wanted.items():
        if value not in ("", None):
            live = live.filter(_matches(record_code, name, value))
    return live


def events_by_code(
    unit: Unit, kinds: Collection[EventKind], typed: str, *, number: int = 1, size: int = SIZES[0]
) -> Page[TraceEvent]:
    """One page of what the unit told by some kinds of event of this very code, the newest first."""
    found = TraceEvent.objects.of(unit).filter(
        code__in=spellings(typed), kind__in=list(kinds), voided_at__isnull=True
    )
    return page_of(found, NEWEST_FIRST, number, size, few=True)


def event(unit: Unit, record_code: str, key: Sequence[str]) -> EventRow | None:
    """One live row of the unit by its key; None also for a row of another unit."""
    code, kind, document = key
    row = _live(unit, record_code).filter(code=code, kind=kind, document=document).first()
    return None if row is None else _rows(record_code, [row])[0]


def _live(unit: Unit, record_code: str) -> QuerySet[TraceEvent]:
    kinds = [kind.value for kind in BINDINGS[record_code].told.kinds]
    return TraceEvent.objects.of(unit).filter(kind__in=kinds, voided_at__isnull=True)


def _matches(record_code: str, name: str, value: Any) -> Q:
    if name == CODE:
        return Q(code__in=spellings(value))
    column = RECORDS[record_code].column(name)
    field = BINDINGS[record_code].told.kept.get(name, f"details__{name}")
    if column.kind.type in ("date", "moment"):
        return _within(field, *(value if isinstance(value, tuple) else (value, value)))
    if column.kind.type == "choice":
        return Q(**{field: value})
    read = column.kind.parse(value)
    return Q(**{f"{field}__icontains": read if isinstance(read, str) else value})


def _within(field: str, first: date | None, last: date | None) -> Q:
    """Whole local days, both included; a time in `details` is compared as the time it writes."""
    inside = Q()
    detail = field.removeprefix("details__")
    moment = (
        F(field) if detail == field else Cast(KeyTextTransform(detail, "details"), DateTimeField())
    )
    if first is not None:
        inside &= Q(GreaterThanOrEqual(moment, local_day_bounds(first, first)[0]))
    if last is not None:
        inside &= Q(LessThan(moment, local_day_bounds(last, last)[1]))
    return inside


def _rows(record_code: str, events: Sequence[TraceEvent]) -> list[EventRow]:
    return [EventRow((e.code, e.kind, e.document), cells_of(record_code, e)) for e in events]


def cells_of(record_code: str, event: TraceEvent) -> dict[str, Any]:
    """The cells of the row that told of an event, by column of its record."""
    return _cells(RECORDS[record_code].columns, BINDINGS[record_code].told.kept, event)


def _cells(
    columns: Sequence[Column], fields: Mapping[str, str], event: TraceEvent
) -> dict[str, Any]:
    return {
        column.name: (
            getattr(event, fields[column.name])
            if column.name in fields
            else _read(column, event.details.get(column.name))
        )
        for column in columns
    }


def _read(column: Column, value: Any) -> Any:
    """A cell as JSON keeps it: a time is written out."""
    if value is not None and column.kind.type in ("date", "moment"):
        return datetime.fromisoformat(value)
    return value
