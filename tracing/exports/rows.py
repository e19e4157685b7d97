"""The rows of an export: one per code and node, with the product facts; texts only.

Many codes are read by one set-based query, whose server-side cursor delivers texts that Python
only passes on. One code of any pack level is read as its trace is. Both give the same rows: nodes
only; what units outside a chain told is shown by its trace alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from accounts.rights.businesses import UnitKind
from accounts.units.models import Unit
from tracing.exports import sql, uploaded
from tracing.exports.columns import FACT_COLUMNS, NODE_COLUMNS
from tracing.exports.reading import Counted, Row, counted, streamed
from tracing.traces import membership
from tracing.traces.finding import find
from tracing.traces.selections import ByCode, Listed, total
from tracing.traces.trace import Trace, traces


def count_codes(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> int:
    """How many codes of a unit's list a selection holds, by the counters."""
    if isinstance(selection, ByCode):
        return len(find(unit, kind, selection.code))
    return total(selection.segments(unit, kind))


def count(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> Counted:
    """Count the codes and the rows of a selection in the tables."""
    if isinstance(selection, ByCode):
        found = list(_found(unit, kind, selection.code))
        return Counted(len(found), sum(len(list(rows_of(trace))) for trace in found))
    if kind is UnitKind.DISTRIBUTOR:
        return uploaded.count(unit, selection)
    return counted(sql.COUNT, selection.codes(unit, kind), sql.CHOSEN, unit.pk, _lifted())


def rows(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> Iterator[Row]:
    """The rows of at least one code, ordered by code, time and node.

    Runs in the caller's transaction.
    """
    if isinstance(selection, ByCode):
        for trace in _found(unit, kind, selection.code):
            yield from rows_of(trace)
    elif kind is UnitKind.DISTRIBUTOR:
        yield from uploaded.rows(unit, selection)
    else:
        yield from _made(unit, selection)


def _made(unit: Unit, selection: Listed) -> Iterator[Row]:
    """The codes of a maker, whose boxes and products are its own."""
    codes = selection.codes(unit, UnitKind.MAKER)
    product: Row = ()
    looking = (unit.pk, _lifted(), unit.name, unit.pk, unit.pk)
    for chunk in streamed(sql.ROWS, codes, sql.CHOSEN, *looking):
        for code, middle, large, uploaded_at, changed, *node in chunk:
            product = product if changed is None else changed
            yield unit.uscc, code, middle, large, uploaded_at, *product, *node


def _lifted() -> bool:
    lifted: bool = membership.lifted()
    return lifted


def _found(unit: Unit, kind: UnitKind, code: str) -> Iterator[Trace]:
    """The traces of what one code finds.

    A distributor's line says who it is and when it uploaded the code first.
    """
    found = find(unit, kind, code)
    of_code = traces([chain for chain, _ in found], unit)
    for chain, row in found:
        trace = of_code[chain.code]
        yield replace(trace, uscc=unit.uscc, uploaded_at=row.uploaded_at) if row else trace


def rows_of(trace: Trace) -> Iterator[Row]:
    """The rows of one trace: one for each node, or one without a node where there is none."""
    boxes = {box.level: box.code for box in trace.boxes}
    uploaded = _moment(trace.uploaded_at) if trace.uploaded_at else ""
    facts = [trace.product[fact.name] for fact in FACT_COLUMNS]
    of_code = [trace.uscc, trace.code, boxes.get(2, ""), boxes.get(3, ""), uploaded, *facts]
    for node in trace.nodes:
        of_node = [node.title, _moment(node.time), node.organisation, node.inherited_from or ""]
        yield [*of_code, *of_node]
    if not trace.nodes:
        yield [*of_code, *("" for _ in NODE_COLUMNS)]


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
