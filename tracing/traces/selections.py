"""Which codes a list shows and an export holds: one declaration for both.

A unit has a list for each kind that it is; which one, the kind says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, Protocol

from django.db import connection, models
from django.db.models import Q, QuerySet

from accounts.core.kinds import CodeList, UnitKind
from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.records import shapes
from tracing.records.bindings import column_of
from tracing.records.cells import clean_text
from tracing.records.shapes import Shape
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.stores.models_counts import BatchCount, DayCount

SERIAL = column_of(Shape.PRODUCT, shapes.SERIAL)


class By(models.TextChoices):
    """What a filter of 追溯信息查询 chooses codes by; each is a tab."""

    CODE = "code", "单码查询"
    BATCH = "batch", "批量查询"
    DATE = "date", "日期查询"


class Selection(Protocol):
    """A filter of 追溯信息查询."""

    @property
    def by(self) -> By:
        """The tab it belongs to."""

    @property
    def filter(self) -> dict[str, str]:
        """The same filter as JSON; `selection_of` reads it."""


@dataclass(frozen=True)
class Segment:
    """Rows of a list that stand together, how many there are, and what chooses them."""

    count: int
    chosen: Q


# Live codes of one unit.
Codes = QuerySet[TraceCode] | QuerySet[UnitCode]
# Where the codes of a list are kept.
TABLES: dict[CodeList, type[TraceCode] | type[UnitCode]] = {
    CodeList.MADE: TraceCode,
    CodeList.UPLOADED: UnitCode,
}
# What of 流水号, 药品生产批号 and owner tells the batches of a list apart; NULL where not known.
BATCH_FIELDS: dict[CodeList, tuple[str, ...]] = {
    CodeList.MADE: ("trac_codg_sn",),
    CodeList.UPLOADED: ("trac_codg_sn", "batch", "owner_id"),
}


class Listed(Selection, Protocol):
    """A selection of any number of codes."""

    @property
    def order(self) -> tuple[str, ...]:
        """What sorts the codes of a segment, as an index delivers them."""

    def segments(self, unit: Unit, kind: UnitKind) -> Sequence[Segment]:
        """The parts of the list in their order, none of them empty, by the counters."""

    def codes(self, unit: Unit, kind: UnitKind) -> Codes:
        """All the codes, unordered."""


@dataclass(frozen=True)
class ByCode:
    """单码查询: one code of any pack level, in its canonical form."""

    code: str
    by = By.CODE

    @property
    def filter(self) -> dict[str, str]:
        return {"code": self.code}


# The counted batches that are meant by a text: by their 流水号; by their lot as the maker says
# it, of a drug in its batch, of a consumable behind the space in what stands for a 流水号; by the
# lot as the unit typed it, as long as no maker's batch says another.
BATCHES = """
    WITH c AS NOT MATERIALIZED (
        SELECT trac_codg_sn, batch, owner, codes FROM tracing_batchcount
        WHERE unit_id = %(unit)s AND kind = %(kind)s AND codes > 0)
    SELECT * FROM c WHERE trac_codg_sn = %(serial)s
    UNION
    SELECT c.* FROM c JOIN tracing_drugbatch b
         ON b.unit_id = c.owner AND b.trac_codg_sn = c.trac_codg_sn
    WHERE b.manu_lotnum = %(lot)s AND b.voided_at IS NULL
    UNION
    SELECT c.* FROM c WHERE c.trac_codg_sn LIKE '%% %%'
        AND substr(c.trac_codg_sn, strpos(c.trac_codg_sn, ' ') + 1) = %(lot)s
    UNION
    SELECT c.* FROM c WHERE c.batch = %(lot)s AND c.trac_codg_sn NOT LIKE '%% %%' AND NOT EXISTS (
        SELECT 1 FROM tracing_drugbatch b
        WHERE b.unit_id = c.owner AND b.trac_codg_sn = c.trac_codg_sn AND b.voided_at IS NULL)
    ORDER BY trac_codg_sn, batch, owner"""


@dataclass(frozen=True)
class ByBatch:
    """批量查询: the codes of a 追溯码唯一流水号 or of a 药品生产批号, as typed.

    Codes of a batch that is not there yet are found by their 流水号.
    """

    batch: str
    by = By.BATCH
    order = ("code",)

    @property
    def filter(self) -> dict[str, str]:
        return {"batch": self.batch}

    def segments(self, unit: Unit, kind: UnitKind) -> Sequence[Segment]:
        """A segment for each batch."""
        serial = _serial(self.batch)
        asked = {
            "unit": unit.pk,
            "kind": kind.lists.value,
            "serial": serial,
            "lot": clean_text(self.batch) or None,
        }
        with connection.cursor() as cursor:
            cursor.execute(BATCHES, asked)
            return [Segment(codes, _of_batch(kind.lists, batch)) for *batch, codes in cursor]

    def codes(self, unit: Unit, kind: UnitKind) -> Codes:
        """The codes of all the batches."""
        batches = [segment.chosen for segment in self.segments(unit, kind)]
        live = live_codes(unit, kind.lists)
        return live.filter(reduce(or_, batches)) if batches else live.none()


def _serial(typed: str) -> str | None:
    """A typed 流水号 as the tables keep it, or what stands for one: 医保耗材代码 and 生产批号."""
    code, space, lot = (clean_text(typed) or "").partition(" ")
    parsed = SERIAL.kind.parse(code if space else typed)
    if not isinstance(parsed, str):
        return None
    return f"{parsed} {lot}" if space else parsed


def _of_batch(lists: CodeList, batch: Sequence[str | int]) -> Q:
    """The codes that one row of the counters counts, by its 流水号, lot and owner."""
    # A list that is told apart by less does not look at the rest.
    parts = zip(BATCH_FIELDS[lists], batch, strict=False)
    return reduce(and_, (_same(field, counted) for field, counted in parts))


def _same(field: str, counted: str | int) -> Q:
    """What is empty in a counter is NULL in its codes."""
    return Q(**{field: counted}) if counted else Q(**{f"{field}__isnull": True})


@dataclass(frozen=True)
class ByDates:
    """日期查询: the codes first uploaded on these local days, both included."""

    first: date
    last: date
    by = By.DATE
    order = ("uploaded_at", "code")

    @property
    def filter(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def segments(self, unit: Unit, kind: UnitKind) -> Sequence[Segment]:
        """A segment for each day."""
        days = DayCount.objects.of(unit).filter(
            kind=kind.lists.value, day__gte=self.first, day__lte=self.last, codes__gt=0
        )
        counted = days.order_by("day").values_list("day", "codes")
        return [Segment(codes, _of_days(day, day)) for day, codes in counted]

    def codes(self, unit: Unit, kind: UnitKind) -> Codes:
        """Codes whose first upload lies in the days."""
        return live_codes(unit, kind.lists).filter(_of_days(self.first, self.last))


def _of_days(first: date, last: date) -> Q:
    start, end = local_day_bounds(first, last)
    return Q(uploaded_at__gte=start, uploaded_at__lt=end)


def live_codes(unit: Unit, lists: CodeList) -> Codes:
    """The codes of the unit's list that are not voided."""
    return TABLES[lists].objects.of(unit).filter(voided_at__isnull=True)


def batch_of(unit: Unit, trac_codg_sn: str) -> Sequence[Segment]:
    """The codes that the unit made of one batch; no segment where it has none."""
    counted = BatchCount.objects.of(unit).filter(
        kind=CodeList.MADE.value, trac_codg_sn=trac_codg_sn, codes__gt=0
    )
    chosen = Q(trac_codg_sn=trac_codg_sn)
    return [Segment(codes, chosen) for codes in counted.values_list("codes", flat=True)]


def total(segments: Sequence[Segment]) -> int:
    """How many codes a list has."""
    return sum(segment.count for segment in segments)


def selection_of(by: str, filter: dict[str, Any]) -> ByCode | ByBatch | ByDates:
    """The selection that an export keeps as JSON."""
    match By(by):
        case By.CODE:
            return ByCode(filter["code"])
        case By.BATCH:
            return ByBatch(filter["batch"])
        case By.DATE:
            return ByDates(date.fromisoformat(filter["from"]), date.fromisoformat(filter["to"]))
