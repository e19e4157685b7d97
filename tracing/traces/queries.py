"""追溯信息查询: the codes of a unit's list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone

from accounts.core.kinds import UnitKind
from accounts.units.models import Unit
from tracing.core.fault_levels import levels_in_force
from tracing.core.paging import Page, mapped
from tracing.library.in_force import rules_to_look_by
from tracing.library.typed_codes import CODE, spellings
from tracing.records.messages import sentence
from tracing.records.reading import judge
from tracing.records.terms import Context
from tracing.traces.code_rows import LINES, CodeRow
from tracing.traces.finding import find
from tracing.traces.paging import page_of_segments
from tracing.traces.selections import ByCode, Listed, live_codes
from tracing.traces.trace import Trace, trace_of


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
    found = (trace_of(code, unit) for code in spellings(typed))
    return next((trace for trace in found if trace is not None), None)


def flaws_of(typed: str, label: str = CODE.label) -> list[str]:
    """Why a typed text can be no trace code, as an import says it; none where it can."""
    world = Context(timezone.localdate(), "", levels_in_force())
    code, found = judge(CODE, typed, world)
    if code is None:
        # Most codes need no rule of staff, nor the question for them.
        code, found = judge(CODE, typed, replace(world, rules=rules_to_look_by()))
    if code is not None:
        return []
    return [sentence(bad.code, bad.detail, label, asked=True) for bad in found]
