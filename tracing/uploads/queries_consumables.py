"""The consumables of a unit, their packings, and the codes that bear their DI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from accounts.units.models import Unit
from tracing.core.paging import SIZES, Page, page_of
from tracing.records import udi
from tracing.records.base import Record
from tracing.records.udi_kinds import Udi
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import Segment
from tracing.uploads.queries_batches import matches

NEWEST_FIRST = ("-uploaded_at", "mcs_code", "udi")


def items(
    unit: Unit, wanted: Mapping[str, Any], *, record: Record, number: int = 1, size: int = 10
) -> Page[ConsumableItem]:
    """One page of the unit's live consumables, the newest first; `wanted` is as in `found`."""
    return page_of(found(unit, wanted, record=record), NEWEST_FIRST, number, size)


def found(unit: Unit, wanted: Mapping[str, Any], *, record: Record) -> QuerySet[ConsumableItem]:
    """The unit's live consumables; `wanted` is as that of batches.

    A whole UDI finds the consumable whose DI is in it.
    """
    live = _live(unit)
    for name, value in wanted.items():
        if value not in ("", None):
            column = record.column(name)
            meant = matches(column, value)
            if isinstance(column.kind, Udi):
                meant |= _of_the_same_di(column.kind.parse(value))
            live = live.filter(meant)
    return live


def _of_the_same_di(read: Any) -> Q:
    identifier = udi.device_identifier(read) if isinstance(read, str) else None
    return Q(udi_di=identifier) if identifier else Q(pk__in=[])


def item(unit: Unit, mcs_code: str, udi_: str) -> ConsumableItem | None:
    """One live consumable of the unit; None also for one of another unit."""
    return _live(unit).filter(mcs_code=mcs_code, udi=udi_).first()


def specs(unit: Unit) -> QuerySet[ConsumableSpec]:
    """The unit's live packings."""
    return ConsumableSpec.objects.of(unit).filter(voided_at__isnull=True)


def specs_of(
    unit: Unit, item: ConsumableItem, *, number: int = 1, size: int = SIZES[0]
) -> Page[ConsumableSpec]:
    """One page of the live packings of a consumable's 医保耗材代码."""
    return page_of(specs(unit).filter(mcs_code=item.mcs_code), ("spec", "mol"), number, size)


def codes_of(
    unit: Unit, item: ConsumableItem, *, number: int = 1, size: int = SIZES[0]
) -> Page[TraceCode]:
    """One page of the live codes of a consumable: those that bear its DI, then those of which
    nobody can tell the DI."""
    live = codes(unit).filter(med_list_codg=item.mcs_code)
    parts = [Q(udi_di=item.udi_di)] if item.udi_di else []
    parts.append(Q(udi_di__isnull=True))
    counted = [Segment(live.filter(part).count(), part) for part in parts]
    segments = [segment for segment in counted if segment.count]
    return page_of_segments(live, segments, ("code",), number, size)


def codes_of_item(unit: Unit, item: ConsumableItem) -> QuerySet[TraceCode]:
    """All the live codes of a consumable."""
    own = Q(udi_di=item.udi_di) if item.udi_di else Q()
    return codes(unit).filter(own | Q(udi_di__isnull=True), med_list_codg=item.mcs_code)


def codes(unit: Unit) -> QuerySet[TraceCode]:
    """The unit's live codes of consumables."""
    return TraceCode.objects.of(unit).filter(is_consumable=True, voided_at__isnull=True)


def _live(unit: Unit) -> QuerySet[ConsumableItem]:
    return ConsumableItem.objects.of(unit).filter(voided_at__isnull=True)
