"""追溯信息查询: the codes of a unit's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone

from accounts.core.kinds import UnitKind
from accounts.units.models import Unit
from portal.lib.refused import Refusal, refusal
from tracing.core.fault_levels import levels_in_force
from tracing.core.paging import Page, mapped
from tracing.library.in_force import rules_to_look_by
from tracing.library.typed_codes import CODE, spellings, spellings_of
from tracing.records.messages import sentence
from tracing.records.reading import judge
from tracing.records.terms import Context
from tracing.traces.chains import chains
from tracing.traces.code_rows import LINES, CodeRow
from tracing.traces.finding import find
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import ByCode, Listed, live_codes
from tracing.traces.trace import Trace, traces, visible

NOT_FOUND = "请核对是否输入完整、是否已入库。"


def codes(
    unit: Unit,
    selection: ByCode | Listed,
    *,
    kind: UnitKind,
    number: int = 1,
    size: int = 10,
) -> Page[CodeRow]:
    """One page of the unit's codes that a selection chooses, with the exact total.

    `kind` says which of the unit's lists is asked.
    """
    if isinstance(selection, ByCode):
        found = find_codes(unit, selection.code, kind=kind)
        return Page(found, len(found), 1, size)
    segments = selection.segments(unit, kind)
    live = cast(QuerySet[Any], live_codes(unit, kind.lists))
    page = page_of_segments(live, segments, selection.order, number, size)
    return mapped(page, lambda rows: LINES[kind.lists].of_rows(unit, rows))


def find_codes(unit: Unit, typed: str, *, kind: UnitKind) -> list[CodeRow]:
    """单码: the rows of a code of any pack level as `find` finds them; none is 未查到."""
    found = next(filter(None, (find(unit, kind, code) for code in spellings(typed))), ())
    return LINES[kind.lists].of_found(unit, found)


def trace(typed: str, unit: Unit | None) -> Trace | None:
    """The trace of a code as a unit may see it, or as staff for None; None is 未查到."""
    return traces_of([typed], unit)[0]


def traces_of(typed: Sequence[str], unit: Unit | None) -> list[Trace | None]:
    """The traces of codes as a unit may see them, or as staff for None, each at its place in what
    was asked for; None is 未查到.

    What may not be seen takes the same queries as what does not exist.
    """
    forms = spellings_of(typed)
    known = chains({code for of_one in forms for code in of_one})
    shown = [
        next((code for code in of_one if visible(known[code], unit)), None) for of_one in forms
    ]
    found = traces([known[code] for code in dict.fromkeys(filter(None, shown))], unit)
    return [None if code is None else found[code] for code in shown]


def flaws_of(typed: str, label: str = CODE.label) -> list[str]:
    """Why a typed text can be no trace code, as an import says it; none where it can."""
    return flaws_of_each([typed], label)[0]


def flaws_of_each(typed: Sequence[str], label: str = CODE.label) -> list[list[str]]:
    """The flaws of each of several texts; the rules of staff are asked for at most once."""
    world = Context(timezone.localdate(), "", levels_in_force())
    # Most codes need no rule of staff, nor the question for them.
    wider = cache(lambda: replace(world, rules=rules_to_look_by()))
    found = []
    for text in typed:
        code, bads = judge(CODE, text, world)
        if code is None:
            code, bads = judge(CODE, text, wider())
        said = [sentence(bad.code, bad.detail, label, asked=True) for bad in bads]
        found.append(said if code is None else [])
    return found


def not_found(typed: Sequence[str]) -> list[Refusal]:
    """The refusals of codes that are not found, with what is wrong with texts that can be none."""
    return [
        refusal("trace_code_not_found", trace_code=text, why="".join(flaws or [NOT_FOUND]))
        for text, flaws in zip(typed, flaws_of_each(typed), strict=True)
    ]
