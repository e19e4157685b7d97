"""The codes of one batch or consumable: all of them, or those that a code or a box finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet

from accounts.core.kinds import CodeList
from accounts.units.models import Unit
from tracing.core.paging import SIZES, Page
from tracing.library.typed_codes import spellings
from tracing.records.shapes import KEPT_LEVELS
from tracing.stores.lookups import looked_up
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_consumables import ConsumableItem
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import batch_of, live_codes

ORDER = ("code",)

# The codes that are one of the asked, or lie in a box that is, each looked up by itself: a batch
# may hold a million, a box a few. Then what of them is of the goods asked for.
_ASKED = "(SELECT unnest(%(codes)s::text[]) AS code)"
_FOUND = " UNION ".join(
    "SELECT code, unit_id, trac_codg_sn, is_consumable, med_list_codg, udi_di, voided_at"
    f" FROM {looked_up('tracing_tracecode', _ASKED, key=level)} t"
    for level in KEPT_LEVELS
)
INSIDE = f"""
    WITH inside AS MATERIALIZED ({_FOUND})
    SELECT code, count(*) OVER () FROM inside
    WHERE unit_id = %(unit)s AND voided_at IS NULL AND {{belongs}}
    ORDER BY code LIMIT %(size)s OFFSET %(start)s"""
OF_BATCH = "trac_codg_sn = %(serial)s"
OF_ITEM = """is_consumable AND med_list_codg = %(mcs_code)s
    AND (udi_di = %(udi_di)s OR udi_di IS NULL)"""


def codes_of_batch(
    unit: Unit, trac_codg_sn: str, *, number: int = 1, size: int = SIZES[0]
) -> Page[TraceCode]:
    """One page of the unit's live codes of a batch, in the order of the codes."""
    segments = batch_of(unit, trac_codg_sn)
    return page_of_segments(_live(unit), segments, ORDER, number, size)


def codes_found(
    unit: Unit, trac_codg_sn: str, typed: str, *, number: int = 1, size: int = SIZES[0]
) -> Page[TraceCode]:
    """One page of the live codes of a batch that a typed code is, or that lie in the box that it
    is. A number past the end finds nothing."""
    return _found(unit, OF_BATCH, {"serial": trac_codg_sn}, typed, number=number, size=size)


def codes_found_of_item(
    unit: Unit, item: ConsumableItem, typed: str, *, number: int = 1, size: int = SIZES[0]
) -> Page[TraceCode]:
    """As `codes_found`, of a consumable."""
    belongs = {"mcs_code": item.mcs_code, "udi_di": item.udi_di}
    return _found(unit, OF_ITEM, belongs, typed, number=number, size=size)


def _found(
    unit: Unit, belongs: str, goods: Mapping[str, Any], typed: str, *, number: int, size: int
) -> Page[TraceCode]:
    start = (max(number, 1) - 1) * size
    asked: dict[str, Any] = {
        **goods,
        "codes": spellings(typed),
        "unit": unit.pk,
        "size": size,
        "start": start,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSIDE.format(belongs=belongs), asked)
        found = cursor.fetchall()
    if not found:
        return Page((), 0, 1, size)
    rows = {row.code: row for row in _live(unit).filter(code__in=[code for code, _ in found])}
    shown = [rows[code] for code, _ in found if code in rows]
    return Page(shown, found[0][1], max(number, 1), size)


def _live(unit: Unit) -> QuerySet[TraceCode]:
    return cast(QuerySet[TraceCode], live_codes(unit, CodeList.MADE))
