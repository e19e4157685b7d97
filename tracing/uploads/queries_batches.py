"""生产企业药耗基础信息上传: the batches of a unit, of any family."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import Page, page_of
from tracing.records.base import Column, Record
from tracing.records.bindings import BINDINGS, USUAL_FAMILY
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads.models import Submission

KEY = "trac_codg_sn"
NEWEST_FIRST = ("-uploaded_at", KEY)


def batches(
    unit: Unit, wanted: Mapping[str, Any], *, record: Record, number: int = 1, size: int = 10
) -> Page[DrugBatch]:
    """One page of the unit's live batches of a record's family, the newest first.

    `wanted` is as in `found`.
    """
    return page_of(found(unit, wanted, record=record), NEWEST_FIRST, number, size, key=KEY)


def found(unit: Unit, wanted: Mapping[str, Any], *, record: Record) -> QuerySet[DrugBatch]:
    """The unit's live batches of a record's family.

    `wanted` maps columns of the record to what the filter form holds; empty values filter
    nothing. Texts and codes match anywhere, a day is whole and local, a choice matches exactly.
    """
    live = _live(unit).filter(family=record.family)
    for name, value in wanted.items():
        if value not in ("", None):
            live = live.filter(matches(record.column(name), value))
    return live


def batch(unit: Unit, trac_codg_sn: str) -> DrugBatch | None:
    """One live batch of the unit; None also for a batch of another unit."""
    return _live(unit).filter(trac_codg_sn=trac_codg_sn).first()


def is_there(unit: Unit, trac_codg_sn: str) -> bool:
    """Whether a batch has a row, or live codes without one."""
    return batch(unit, trac_codg_sn) is not None or bool(family_of_codes(unit, trac_codg_sn))


def family_of_codes(unit: Unit, trac_codg_sn: str) -> str | None:
    """The family of the unit's live codes under a serial number that is of no batch now, as the
    upload that wrote them tells it; None where there is none.
    """
    codes = TraceCode.objects.of(unit).filter(
        trac_codg_sn=trac_codg_sn, is_consumable=False, voided_at__isnull=True
    )
    # In no order: by the index, however many there are.
    upload = next(iter(codes.order_by().values_list("submission_id", flat=True)[:1]), None)
    if upload is None:
        return None
    told = Submission.objects.of(unit).filter(pk=upload).values_list("record_code", flat=True)
    # Codes that staff moved came by no upload of the unit's.
    return BINDINGS[told[0]].record.family if told else USUAL_FAMILY


def _live(unit: Unit) -> QuerySet[DrugBatch]:
    return DrugBatch.objects.of(unit).filter(voided_at__isnull=True)


def matches(column: Column, value: Any) -> Q:
    """What a filter of a column asks for; the value is what its form holds."""
    if isinstance(value, date) and not isinstance(value, datetime):
        start, end = local_day_bounds(value, value)
        return Q(**{f"{column.name}__gte": start, f"{column.name}__lt": end})
    if column.kind.type == "choice":
        return Q(**{column.name: value})
    read = column.kind.parse(value)
    # What can be no value of the column matches nothing as it stands either.
    return Q(**{f"{column.name}__icontains": read if isinstance(read, str) else value})
