"""Which codes a list shows and an export holds: one declaration for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import QuerySet

from accounts.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.models import DrugBatch, Export, TraceCode
from tracing.records import RECORDS
from tracing.records.cells import clean_text

CODE = RECORDS["domestic-drug-codes"].column("lv1_trac_code")
SERIAL = RECORDS["domestic-drug-info"].column("trac_codg_sn")


def canonical(typed: str) -> str | None:
    """A typed or scanned code as the tables keep it, or None if it can be no trace code."""
    parsed = CODE.kind.parse(typed)
    return parsed if isinstance(parsed, str) else None


class Selection(Protocol):
    """A filter of 追溯信息查询."""

    @property
    def by(self) -> Export.By:
        """The tab it belongs to."""

    @property
    def filter(self) -> dict[str, str]:
        """The same filter as JSON; `selection_of` reads it."""


class Listed(Selection, Protocol):
    """A selection of smallest packs, of any number."""

    order: tuple[str, str]

    def codes(self, unit: Unit) -> QuerySet[TraceCode]:
        """The unit's live codes, unordered; sorted by `order` an index delivers them."""


@dataclass(frozen=True)
class ByCode:
    """单码查询: one code of any pack level, in its canonical form."""

    code: str
    by = Export.By.CODE

    @property
    def filter(self) -> dict[str, str]:
        return {"code": self.code}


@dataclass(frozen=True)
class ByBatch:
    """批量查询: the codes of a 追溯码唯一流水号 or of a 药品生产批号, as typed."""

    batch: str
    by = Export.By.BATCH
    order = ("trac_codg_sn", "code")

    @property
    def filter(self) -> dict[str, str]:
        return {"batch": self.batch}

    def codes(self, unit: Unit) -> QuerySet[TraceCode]:
        """Codes of a batch that is not there yet are found by their serial number."""
        lots = DrugBatch.objects.of(unit).filter(
            manu_lotnum=clean_text(self.batch), voided_at__isnull=True
        )
        serials = set(lots.values_list("trac_codg_sn", flat=True))
        typed = SERIAL.kind.parse(self.batch)
        if isinstance(typed, str):
            serials.add(typed)
        return live_codes(unit).filter(trac_codg_sn__in=sorted(serials))


@dataclass(frozen=True)
class ByDates:
    """日期查询: the codes first uploaded on these local days, both included."""

    first: date
    last: date
    by = Export.By.DATE
    order = ("uploaded_at", "code")

    @property
    def filter(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def codes(self, unit: Unit) -> QuerySet[TraceCode]:
        """Codes whose first upload lies in the days."""
        start, end = local_day_bounds(self.first, self.last)
        return live_codes(unit).filter(uploaded_at__gte=start, uploaded_at__lt=end)


def live_codes(unit: Unit) -> QuerySet[TraceCode]:
    """The unit's codes that are not voided."""
    return TraceCode.objects.of(unit).filter(voided_at__isnull=True)


def selection_of(by: str, filter: dict[str, Any]) -> ByCode | ByBatch | ByDates:
    """The selection that an export keeps as JSON."""
    match Export.By(by):
        case Export.By.CODE:
            return ByCode(filter["code"])
        case Export.By.BATCH:
            return ByBatch(filter["batch"])
        case Export.By.DATE:
            return ByDates(date.fromisoformat(filter["from"]), date.fromisoformat(filter["to"]))
