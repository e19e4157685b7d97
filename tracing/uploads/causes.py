"""Why rows fail: their faults grouped by column and code, all of them counted.

It is counted where the rows that fail are settled, by the runner that writes their error workbook,
and kept with the submission, for a page that is looked at often must not read all failing rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from tracing.core.fault_levels import levels_in_force
from tracing.library.in_force import rules_in_force
from tracing.records.base import Record
from tracing.records.faults import FAULTS
from tracing.records.repairs import REPAIRS, repaired
from tracing.records.terms import Context
from tracing.uploads.cells import from_json
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.workbook.layout import LARGEST_ROW, ORIGINAL_COLUMN

FIRST_ROWS, FIRST_REPAIRS = 3, 5
# A page of a cause's rows begins to read at the last of these marks before it.
MARKED = 5_000
CHUNK = 1_000
# Rows that fail alike have the same text of faults, which is read once.
MOST_KNOWN = 10_000


class Repairable(NamedTuple):
    """A row whose cell has a repair: its number, the cell as it is kept, and what it would be."""

    row: int
    old: Any
    new: str


class Cause(NamedTuple):
    """A fault of a column: how many rows have it, the first of them, and in the first one the cell
    as it is kept and the fault's details. `repairable` of the rows have a repair; `repairs` are the
    first. `marks` are the first row and each further one after `MARKED` rows.
    """

    column: str
    code: str
    rows: int
    first: list[int]
    cell: Any
    detail: list[str]
    marks: list[int]
    repairable: int
    repairs: list[Repairable]


def kept(submission: Submission) -> list[list[Any]]:
    """The causes of a submission as they are kept, the one of most rows first."""
    if submission.rejected == 0:
        return []
    tally = _Tally(submission)
    texts = failing(submission).annotate(
        found=Cast("faults", TextField()), held=Cast("cells", TextField())
    )
    rows = texts.order_by("row").values_list("row", "found", "held")
    for row, found, held in rows.iterator(chunk_size=CHUNK):
        tally.add(row, found, held)
    return [list(cause) for cause in tally.causes()]


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
    repairs = Repairs(submission)
    place = place_of(submission.record, column)
    rows = failing_of(submission, column, code).order_by("row")
    for row, cell in rows.values_list("row", f"cells__{place}").iterator(chunk_size=CHUNK):
        if (new := repairs.of(column, code, cell)) is not None:
            yield Repairable(row, cell, new)


def context_of(submission: Submission) -> Context:
    """The world in which a cell of the submission is judged today."""
    return Context(
        today=timezone.localdate(),
        unit_uscc=submission.unit.uscc,
        levels=levels_in_force(),
        rules=rules_in_force(),
    )


def place_of(record: Record, column: str) -> int:
    """Where the cells of a failing row hold a column."""
    return [each.name for each in record.columns].index(column)


def may_fill(record: Record, column: str, code: str) -> bool:
    """Whether many rows with a fault may have the same value in its column: not where it tells
    them apart, nor where they contradict each other, for most of them are right.
    """
    names = {each.name for each in record.columns}
    lies_between = code in FAULTS and FAULTS[code].between_rows
    return column in names and column not in record.key_columns and not lies_between


def mended_by(submission: Submission, number: int) -> int:
    """How many rows of the first file a round has mended."""
    return RejectedRow.objects.filter(
        submission=submission, mended_in=number, row__lte=LARGEST_ROW
    ).count()


class Repairs:
    """Repairs of the cells of one submission: those of equal cells are looked for once."""

    def __init__(self, submission: Submission) -> None:
        self._record, self._world = submission.record, context_of(submission)
        self._known: dict[tuple[str, str, str], str | None] = {}

    def of(self, column: str, code: str, cell: Any) -> str | None:
        """What a kept cell with this fault surely means."""
        key = (column, code, json.dumps(cell))
        if key not in self._known:
            found = self._record.column(column)
            self._known[key] = repaired(found, code, from_json(cell), self._world)
        return self._known[key]


class _Counted:
    """A cause while its rows are counted; its fields are those of `Cause`."""

    __slots__ = Cause._fields

    def __init__(self, column: str, code: str, cell: Any, detail: list[str]) -> None:
        self.column, self.code, self.cell, self.detail = column, code, cell, detail
        self.rows = self.repairable = 0
        self.first: list[int] = []
        self.marks: list[int] = []
        self.repairs: list[Repairable] = []

    def add(self, row: int) -> None:
        """Count a row."""
        if self.rows % MARKED == 0:
            self.marks.append(row)
        if self.rows < FIRST_ROWS:
            self.first.append(row)
        self.rows += 1

    def add_repair(self, repair: Repairable) -> None:
        """Count a row that has a repair."""
        if self.repairable < FIRST_REPAIRS:
            self.repairs.append(repair)
        self.repairable += 1


class _Tally:
    """Causes as they are counted, row by row."""

    def __init__(self, submission: Submission) -> None:
        self._causes: dict[tuple[str, str], _Counted] = {}
        self._places = {c.name: place for place, c in enumerate(submission.record.columns)}
        self._repairs = Repairs(submission)
        # By the text of a row's faults: their causes, and those whose cells may have a repair.
        self._known: dict[str, tuple[list[_Counted], list[_Counted]]] = {}

    def add(self, row: int, found: str, held: str) -> None:
        """Count a row: its faults and its cells, both as JSON text."""
        known = self._known.get(found)
        if known is None:
            known = self._read(found, held)
            if len(self._known) < MOST_KNOWN:
                self._known[found] = known
        causes, mendable = known
        for cause in causes:
            cause.add(row)
        if mendable:
            cells = json.loads(held)
            for cause in mendable:
                cell = cells[self._places[cause.column]]
                new = self._repairs.of(cause.column, cause.code, cell)
                if new is not None:
                    cause.add_repair(Repairable(row, cell, new))

    def causes(self) -> list[Cause]:
        """The causes, the one of most rows first."""
        ordered = sorted(self._causes.values(), key=lambda cause: (-cause.rows, cause.first))
        return [Cause(*(getattr(cause, name) for name in Cause._fields)) for cause in ordered]

    def _read(self, found: str, held: str) -> tuple[list[_Counted], list[_Counted]]:
        once = {(column, code): detail for column, code, detail in reversed(json.loads(found))}
        causes = [self._cause(*key, detail, held) for key, detail in once.items()]
        mendable = [c for c in causes if c.code in REPAIRS and c.column in self._places]
        return causes, mendable

    def _cause(self, column: str, code: str, detail: list[str], held: str) -> _Counted:
        cause = self._causes.get((column, code))
        if cause is None:
            place = self._places.get(column)
            cell = None if place is None else json.loads(held)[place]
            cause = self._causes[column, code] = _Counted(column, code, cell, detail)
        return cause
