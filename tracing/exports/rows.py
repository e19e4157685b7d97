"""The rows of an export: one per code and node, with the product facts; texts only.

Many codes are read by one set-based query, whose server-side cursor delivers texts that Python
only passes on. One code of any pack level is read as its trace is. Both give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Unit
from tracing.exports import sql
from tracing.exports.columns import FACT_COLUMNS
from tracing.models import TraceCode
from tracing.selections import ByCode, Listed
from tracing.traces import Trace, look_up

CHUNK = 2_000
Row = Sequence[str]


class Counted(NamedTuple):
    """How much an export holds."""

    codes: int
    rows: int


def count_codes(unit: Unit, selection: ByCode | Listed) -> int:
    """How many codes a selection holds."""
    if isinstance(selection, ByCode):
        return 1 if own_trace(unit, selection.code) else 0
    return selection.codes(unit).count()


def count(unit: Unit, selection: ByCode | Listed) -> Counted:
    """Count the codes and the rows of a selection."""
    if isinstance(selection, ByCode):
        trace = own_trace(unit, selection.code)
        return Counted(1, len(trace.nodes)) if trace else Counted(0, 0)
    try:
        chosen, parameters = _chosen(selection.codes(unit))
    except EmptyResultSet:
        return Counted(0, 0)
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT.format(chosen=chosen), parameters)
        return Counted(*cursor.fetchone())


def rows(unit: Unit, selection: ByCode | Listed) -> Iterator[Row]:
    """The rows of at least one code, ordered by code, time and node.

    Runs in the caller's transaction.
    """
    if isinstance(selection, ByCode):
        trace = own_trace(unit, selection.code)
        yield from rows_of(trace) if trace else ()
        return
    chosen, parameters = _chosen(selection.codes(unit))
    parameters = [*parameters, unit.name, unit.pk, unit.pk]
    with connection.cursor() as settings:
        # All rows will be fetched: plan for the last one, not for the first.
        settings.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.ROWS.format(chosen=chosen), parameters)
        product: Row = ()
        while chunk := cursor.fetchmany(CHUNK):
            for code, middle, large, uploaded, changed, *node in chunk:
                product = product if changed is None else changed
                yield unit.uscc, code, middle, large, uploaded, *product, *node


def own_trace(unit: Unit, code: str) -> Trace | None:
    """The trace of a code that the unit owns."""
    known = look_up(code, unit)
    return known.seen_by(unit) if known.owned_by(unit) else None


def rows_of(trace: Trace) -> Iterator[Row]:
    """The rows of one trace."""
    boxes = {box.level: box.code for box in trace.boxes}
    uploaded = _moment(trace.uploaded_at) if trace.uploaded_at else ""
    of_code = [trace.uscc, trace.code, boxes.get(2, ""), boxes.get(3, ""), uploaded]
    facts = [trace.product[fact.name] for fact in FACT_COLUMNS]
    for node in trace.nodes:
        of_node = [node.title, _moment(node.time), node.organisation, node.inherited_from or ""]
        yield [*of_code, *facts, *of_node]


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


def _chosen(codes: QuerySet[TraceCode]) -> tuple[str, Sequence[Any]]:
    """The SQL that chooses the codes, with its parameters."""
    query, parameters = codes.order_by().values(*sql.CHOSEN).query.sql_with_params()
    return query, parameters
