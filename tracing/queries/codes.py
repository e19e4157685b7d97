"""追溯信息查询: the codes of a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count

from accounts.models import Unit
from tracing.models import TraceCode, TraceEvent
from tracing.queries.paging import Page, mapped, page_of
from tracing.records import RECORDS
from tracing.selections import ByCode, Listed, canonical
from tracing.traces import Trace, look_up

SERIAL = RECORDS["domestic-drug-info"].column("trac_codg_sn")


class CodeRow(NamedTuple):
    """One line of 追溯信息查询列表. `contents_count` is the number of packs in a box."""

    uscc: str
    trac_codg_sn: str
    code: str
    uploaded_at: datetime
    node_count: int
    contents_count: int = 0


# The headings of the list, in its order, by the field of the row.
CODE_LIST: dict[str, str] = {
    "uscc": "统一社会信用代码",
    "trac_codg_sn": SERIAL.aliases[0],
    "code": "药耗追溯码",
    "uploaded_at": "药耗追溯码上传日期",
    "node_count": "环节个数",
}


def find_code(unit: Unit, typed: str) -> CodeRow | None:
    """The row of a code of any pack level that the unit owns; None is 未查到."""
    code = canonical(typed)
    if code is None:
        return None
    known = look_up(code, unit)
    return _row_of_trace(known.seen_by(unit)) if known.owned_by(unit) else None


def _row_of_trace(trace: Trace | None) -> CodeRow | None:
    if trace is None or trace.uploaded_at is None:
        return None
    return CodeRow(
        uscc=trace.uscc,
        trac_codg_sn=trace.product["trac_codg_sn"],
        code=trace.code,
        uploaded_at=trace.uploaded_at,
        node_count=len(trace.nodes),
        contents_count=trace.contents_count,
    )


def codes(
    unit: Unit, selection: ByCode | Listed, *, number: int = 1, size: int = 10
) -> Page[CodeRow]:
    """One page of the unit's codes that a selection chooses, with the exact total."""
    if isinstance(selection, ByCode):
        row = find_code(unit, selection.code)
        return Page([row] if row else [], 1 if row else 0, 1, size)
    page = page_of(selection.codes(unit), selection.order, number, size)
    return mapped(page, lambda rows: _rows(unit, rows))


def _rows(unit: Unit, rows: Sequence[TraceCode]) -> list[CodeRow]:
    counts = _event_counts(rows)
    return [
        CodeRow(
            uscc=unit.uscc,
            trac_codg_sn=row.trac_codg_sn,
            code=row.code,
            uploaded_at=row.uploaded_at,
            # 生产入库 is the code itself.
            node_count=1 + sum(counts[code] for code in _chain(row)),
        )
        for row in rows
    ]


def _event_counts(rows: Sequence[TraceCode]) -> Counter[str]:
    """How many nodes each code and each box of a page has of its own, in one query."""
    chains = {code for row in rows for code in _chain(row)}
    events = TraceEvent.everything.filter(
        code__in=chains, node__isnull=False, voided_at__isnull=True
    )
    return Counter(dict(events.values_list("code").annotate(Count("code"))))


def _chain(row: TraceCode) -> list[str]:
    """The code and the boxes that hold it."""
    return [code for code in (row.code, row.lv2_trac_code, row.lv3_trac_code) if code]


def trace(typed: str, unit: Unit | None) -> Trace | None:
    """The trace of a code as a unit may see it, or as staff for None; None is 未查到."""
    code = canonical(typed)
    return None if code is None else look_up(code, unit).seen_by(unit)
