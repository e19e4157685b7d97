"""The rows of an export: one per code and node, with the product facts; texts only.

A maker's many codes are read by one set-based query, whose server-side cursor delivers texts that
Python only passes on. A distributor's, and one code of any pack level, are read as their traces
are. All give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.businesses import UnitKind
from accounts.models import Unit
from tracing.chains import chains
from tracing.exports import sql
from tracing.exports.columns import FACT_COLUMNS, NODE_COLUMNS
from tracing.finding import find
from tracing.models import UnitCode
from tracing.selections import ByCode, Codes, Listed, total
from tracing.traces import Trace
from tracing.traces import traces as traces_of

CHUNK = 2_000
Row = Sequence[str]


class Chosen(NamedTuple):
    """The SQL that chooses the codes, and its parameters."""

    query: str
    parameters: Sequence[Any]


class Counted(NamedTuple):
    """How much an export holds."""

    codes: int
    rows: int


def count_codes(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> int:
    """How many codes of a unit's list a selection holds, by the counters."""
    if isinstance(selection, ByCode):
        return len(find(unit, kind, selection.code))
    return total(selection.segments(unit, kind))


def count(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> Counted:
    """Count the codes and the rows of a selection in the tables."""
    if isinstance(selection, ByCode):
        traces = list(_found(unit, kind, selection.code))
        return Counted(len(traces), sum(len(list(rows_of(trace))) for trace in traces))
    try:
        chosen = _chosen(selection.codes(unit, kind), sql.CHOSEN_OF[kind])
    except EmptyResultSet:
        return Counted(0, 0)
    if kind is UnitKind.DISTRIBUTOR:
        lifted = settings.PORTAL_TRACE_UNCORROBORATED
        return _counted(sql.COUNT_UPLOADED, chosen, unit.pk, unit.pk, unit.uscc, unit.pk, lifted)
    return _counted(sql.COUNT, chosen)


def _counted(statement: str, chosen: Chosen, *more: Any) -> Counted:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(chosen=chosen.query), [*chosen.parameters, *more])
        return Counted(*map(int, cursor.fetchone()))


def rows(unit: Unit, kind: UnitKind, selection: ByCode | Listed) -> Iterator[Row]:
    """The rows of at least one code, ordered by code, time and node.

    Runs in the caller's transaction.
    """
    if isinstance(selection, ByCode):
        for trace in _found(unit, kind, selection.code):
            yield from rows_of(trace)
    elif kind is UnitKind.MAKER:
        yield from _made(unit, selection)
    else:
        yield from _uploaded(unit, selection)


def _found(unit: Unit, kind: UnitKind, code: str) -> Iterator[Trace]:
    """The traces of what one code finds."""
    found = find(unit, kind, code)
    traces = traces_of([chain for chain, _ in found], unit) if found else {}
    for chain, row in found:
        yield traces[chain.code] if row is None else _as_uploaded(unit, row, traces[chain.code])


def _as_uploaded(unit: Unit, row: UnitCode, trace: Trace) -> Trace:
    """A distributor's line says who it is and when it uploaded the code first."""
    return replace(trace, uscc=unit.uscc, uploaded_at=row.uploaded_at)


def _made(unit: Unit, selection: Listed) -> Iterator[Row]:
    """By one set-based query: the codes of a maker, whose boxes and products are its own."""
    chosen = _chosen(selection.codes(unit, UnitKind.MAKER), sql.CHOSEN_OF[UnitKind.MAKER])
    parameters = [*chosen.parameters, unit.name, unit.pk, unit.pk]
    with connection.cursor() as cursor:
        # All rows will be fetched: plan for the last one, not for the first.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.ROWS.format(chosen=chosen.query), parameters)
        product: Row = ()
        while chunk := cursor.fetchmany(CHUNK):
            for code, middle, large, uploaded, changed, *node in chunk:
                product = product if changed is None else changed
                yield unit.uscc, code, middle, large, uploaded, *product, *node


def _uploaded(unit: Unit, selection: Listed) -> Iterator[Row]:
    """By the traces of a few thousand codes at a time: what may be seen differs by code."""
    codes = cast("QuerySet[UnitCode]", selection.codes(unit, UnitKind.DISTRIBUTOR))
    kept = codes.order_by("code").iterator(CHUNK)
    while chunk := list(islice(kept, CHUNK)):
        found = chains([row.code for row in chunk])
        traces = traces_of(list(found.values()), unit)
        for row in chunk:
            yield from rows_of(_as_uploaded(unit, row, traces[row.code]))


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


def _chosen(codes: Codes, columns: Sequence[str]) -> Chosen:
    return Chosen(*codes.order_by().values(*columns).query.sql_with_params())
