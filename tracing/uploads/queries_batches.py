"""生产企业药耗基础信息上传: the batches of a unit, of any family."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.units.models import Unit
from portal.lib.clock import local_day_bounds
from tracing.core.paging import Page, page_of
from tracing.records.base import Column, Record
from tracing.records.bindings import BINDINGS, USUAL_FAMILY
from tracing.stores.models import DrugBatch

KEY = "trac_codg_sn"
# The record of one live code of each serial number: any, by the index, however many there are.
WRITTEN_BY = """
    SELECT w.serial, s.record_code
    FROM (SELECT serial, (SELECT t.submission_id FROM tracing_tracecode t
                          WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = serial
                            AND NOT t.is_consumable AND t.voided_at IS NULL LIMIT 1) AS upload
          FROM unnest(%(serials)s::text[]) AS serial OFFSET 0) w
    LEFT JOIN tracing_submission s ON s.id = w.upload AND s.unit_id = %(unit)s
    WHERE w.upload IS NOT NULL"""
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
    """The family of the unit's live codes under a serial number that is of no batch now; None where
    there is none."""
    return families_of_codes(unit, [trac_codg_sn]).get(trac_codg_sn)


def families_of_codes(unit: Unit, serials: Collection[str]) -> dict[str, str]:
    """The families of the unit's live codes under serial numbers that are of no batch now, as the
    uploads that wrote them tell it; none for those without codes. One statement, however many.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_BY, {"unit": unit.pk, "serials": list(serials)})
        # Codes that staff moved came by no upload of the unit's.
        return {
            serial: BINDINGS[code].record.family if code else USUAL_FAMILY
            for serial, code in cursor
        }


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
