"""Why rows fail: their faults grouped by column and code, all of them counted.

It is counted where the rows that fail are settled, by the runner that writes their error workbook,
and kept with the submission, for a page that is looked at often must not read all failing rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from tracing.core.fault_levels import levels_in_force
from tracing.records.base import Record
from tracing.records.repairs import REPAIRS, repaired
from tracing.records.terms import Context
from tracing.uploads.cells import from_json
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.workbook.layout import LARGEST_ROW, ORIGINAL_COLUMN

FIRST_ROWS, FIRST_REPAIRS = 3, 5
CHUNK = 1_000

# Rows above the limit are none of the first file, and are not counted as failing either.
GROUPED = """
    SELECT name, code, count(*), (array_agg(row ORDER BY row))[1:%(firsts)s]
    FROM (
        SELECT DISTINCT row, found ->> 0 AS name, found ->> 1 AS code
        FROM tracing_rejectedrow, jsonb_array_elements(faults) AS found
        WHERE submission_id = %(submission)s AND mended_in IS NULL AND row <= %(largest)s
    ) AS every
    GROUP BY name, code
    ORDER BY count(*) DESC, min(row), name, code"""


class Repairable(NamedTuple):
    """A row whose cell has a repair: its number, the cell as it is kept, and what it would be."""

    row: int
    old: Any
    new: str


class Cause(NamedTuple):
    """A fault of a column: how many rows have it, the first of them, and in the first one the cell
    as it is kept and the fault's details. `repairable` of the rows have a repair; `repairs` are the
    first.
    """

    column: str
    code: str
    rows: int
    first: list[int]
    cell: Any
    detail: list[str]
    repairable: int
    repairs: list[Repairable]


def kept(submission: Submission) -> list[list[Any]]:
    """The causes of a submission as they are kept, the one of most rows first."""
    with connection.cursor() as cursor:
        cursor.execute(
            GROUPED,
            {"submission": submission.pk, "largest": LARGEST_ROW, "firsts": FIRST_ROWS},
        )
        groups = cursor.fetchall()
    firsts = {first[0] for *_, first in groups}
    examples = {row.row: row for row in failing(submission).filter(row__in=firsts)}
    return [
        list(_cause(submission, column, code, count, first, examples[first[0]]))
        for column, code, count, first in groups
    ]


def causes_of(submission: Submission) -> list[Cause]:
    """The causes that are kept; of an upload from before they were, they are counted now."""
    found = kept(submission) if submission.causes is None else submission.causes
    return [
        Cause(*cause)._replace(repairs=[Repairable(*repair) for repair in cause[-1]])
        for cause in found
    ]


def failing(submission: Submission) -> QuerySet[RejectedRow]:
    """The rows of the first file that fail now."""
    return RejectedRow.objects.filter(
        submission=submission, mended_in__isnull=True, row__lte=LARGEST_ROW
    )


def failing_of(submission: Submission, column: str, code: str) -> QuerySet[RejectedRow]:
    """Those of them that have one fault of a column."""
    return failing(submission).filter(faults__contains=[[column, code]])


def repairs_of(submission: Submission, column: str, code: str) -> Iterator[Repairable]:
    """The rows with one fault whose cell has a repair, in their order."""
    if code not in REPAIRS or column == ORIGINAL_COLUMN:
        return
    found, world = submission.record.column(column), context_of(submission)
    place = place_of(submission.record, column)
    rows = failing_of(submission, column, code).order_by("row")
    known: dict[str, str | None] = {}
    for row, cell in rows.values_list("row", f"cells__{place}").iterator(chunk_size=CHUNK):
        key = json.dumps(cell)
        if key not in known:
            known[key] = repaired(found, code, from_json(cell), world)
        if (new := known[key]) is not None:
            yield Repairable(row, cell, new)


def context_of(submission: Submission) -> Context:
    """The world in which a cell of the submission is judged today."""
    return Context(
        today=timezone.localdate(),
        unit_uscc=submission.unit.uscc,
        levels=levels_in_force(),
    )


def place_of(record: Record, column: str) -> int:
    """Where the cells of a failing row hold a column."""
    return [each.name for each in record.columns].index(column)


def _cause(
    submission: Submission,
    column: str,
    code: str,
    count: int,
    first: list[int],
    example: RejectedRow,
) -> Cause:
    cell = None
    if column != ORIGINAL_COLUMN:
        cell = example.cells[place_of(submission.record, column)]
    detail = next(found[2] for found in example.faults if found[:2] == [column, code])
    repairable, repairs = 0, []
    for repair in repairs_of(submission, column, code):
        repairable += 1
        if repairable <= FIRST_REPAIRS:
            repairs.append(repair)
    return Cause(column, code, count, first, cell, detail, repairable, repairs)


def mended_by(submission: Submission, number: int) -> int:
    """How many rows of the first file a round has mended."""
    return RejectedRow.objects.filter(
        submission=submission, mended_in=number, row__lte=LARGEST_ROW
    ).count()
