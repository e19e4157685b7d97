"""The rows of an export: one per code and node, with the product facts; texts only.

Many codes are read by one set-based query, whose server-side cursor delivers texts that Python
only passes on. One code of any pack level is read as its trace is. Both give the same rows: nodes
only; what units outside a chain told is shown by its trace alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from django.utils import timezone

from accounts.core.kinds import CodeList, UnitKind
from accounts.units.models import Unit
from tracing.exports import made, uploaded
from tracing.exports.columns import FACT_COLUMNS, NODE_COLUMNS, device_cells
from tracing.exports.reading import Counted, Row
from tracing.traces.finding import find
from tracing.traces.selections import ByCode, Codes, Listed, total
from tracing.traces.trace import Trace, traces


class ListReader(Protocol):
    """How many codes of a list are read."""

    def count(self, unit: Unit, codes: Codes) -> Counted:
        """Count the codes and their rows."""

    def rows(self, unit: Unit, codes: Codes, *, devices: bool) -> Iterator[Row]:
        """The rows, ordered by code, time and node; with the columns of consumables or without."""


READING: dict[CodeList, ListReader] = {CodeList.MADE: made, CodeList.UPLOADED: uploaded}


def count_codes(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> int:
    """How many codes of a unit's list a selection holds, by the counters."""
    if isinstance(selection, ByCode):
        return len(find(unit, kind, selection.code))
    return total(selection.segments(unit, kind))


def count(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> Counted:
    """Count the codes and the rows of a selection in the tables."""
    if isinstance(selection, ByCode):
        found = list(_found(unit, kind, selection.code))
        return Counted(
            len(found),
            sum(len(list(rows_of(trace))) for trace in found),
            any(trace.consumables for trace in found),
        )
    return READING[kind.lists].count(unit, selection.codes(unit, kind))


def rows(
    unit: Unit, kind: UnitKind, selection: ByCode | Listed, *, devices: bool = False
) -> Iterator[Row]:
    """The rows of at least one code, ordered by code, time and node; with the columns of
    consumables or without.

    Runs in the caller's transaction.
    """
    if isinstance(selection, ByCode):
        for trace in _found(unit, kind, selection.code):
            yield from rows_of(trace, devices=devices)
    else:
        codes = selection.codes(unit, kind)
        yield from READING[kind.lists].rows(unit, codes, devices=devices)


def _found(unit: Unit, kind: UnitKind, code: str) -> Iterator[Trace]:
    """The traces of what one code finds.

    The line of another's code says who the unit is and when it uploaded the code first.
    """
    found = find(unit, kind, code)
    of_code = traces([chain for chain, _ in found], unit)
    for chain, row in found:
        trace = of_code[chain.code]
        yield replace(trace, uscc=unit.uscc, uploaded_at=row.uploaded_at) if row else trace


def rows_of(trace: Trace, *, devices: bool = False) -> Iterator[Row]:
    """The rows of one trace: one for each node, or one without a node where there is none."""
    boxes = {box.level: box.code for box in trace.boxes}
    uploaded = _moment(trace.uploaded_at) if trace.uploaded_at else ""
    facts = [trace.product[fact.name] for fact in FACT_COLUMNS]
    facts += device_cells(trace.consumables, devices=devices)
    of_code = [trace.uscc, trace.code, boxes.get(2, ""), boxes.get(3, ""), uploaded, *facts]
    for node in trace.nodes:
        of_node = [node.title, _moment(node.time), node.organisation, node.inherited_from or ""]
        yield [*of_code, *of_node]
    if not trace.nodes:
        yield [*of_code, *("" for _ in NODE_COLUMNS)]


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
