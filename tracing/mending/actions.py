"""Failing rows put right on the pages: each act is a further round of the same submission.

A round's file is the array of the corrected rows, and the check, the counts and 确认 do with it
what they do with a corrected error workbook. Nothing is judged here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.log import writing
from portal.lib.refused import Refusal, Refused, refusal
from tracing.core import rates, rights
from tracing.mending.offers import How, seen_of
from tracing.records.faults import FAULTS
from tracing.uploads.actions_rows import work_on
from tracing.uploads.arrays import corrected
from tracing.uploads.causes import failing, failing_of, may_fill, place_of, repairs_of
from tracing.uploads.cell_words import words
from tracing.uploads.kept_files import Stored, remove, save
from tracing.uploads.models import (
    CORRECTABLE,
    RejectedRow,
    Round,
    Submission,
    submission_files,
)
from tracing.uploads.rounds import add_round
from tracing.uploads.turn import SMALL_ROWS
from tracing.uploads.workbook.layout import ROWS_SUFFIX
from tracing.uploads.workbook.read import LARGEST_ARRAY

# One act takes so many rows; for more it is done again.
MOST_ROWS = 50_000
CHUNK = 1_000


class Typed(NamedTuple):
    """What was typed in the boxes of a row, by column. `seen` is the round that the row was of when
    its page was shown; `whole` says that the row is sent again even where nothing was typed over.
    """

    row: int
    seen: int
    texts: Mapping[str, str]
    whole: bool = False


class Mended(NamedTuple):
    """The submission as it stands after an act: how many rows were corrected, how many more are
    checked again with them, and those that were not taken, because they had changed meanwhile
    (`conflicts`) or fail no more (`passed`)."""

    submission: Submission
    rows: int
    again: int
    conflicts: Sequence[int] = ()
    passed: Sequence[int] = ()


class Act(NamedTuple):
    """Who corrects rows of which submission. `work_elsewhere` as in `submit_rows`."""

    submission: Submission
    agent: Agent
    origin: Origin
    work_elsewhere: bool = True


Corrected = tuple[int, list[Any]]


def save_typed(act: Act, rows: Sequence[Typed]) -> Mended:
    """Take typed cells in. Rows that changed since their page was shown keep what they have now.

    Raises `Refused` where no cell was typed over, a row was emptied, or every row has changed.
    """
    conflicts: list[int] = []
    passed: list[int] = []

    def chosen(submission: Submission) -> Iterator[Corrected]:
        typed = {row.row: row for row in rows}
        found = {row.row: row for row in failing(submission).filter(row__in=typed)}
        for number in sorted(typed):
            row = found.get(number)
            if row is None:
                passed.append(number)
            elif row.round != typed[number].seen:
                conflicts.append(number)
            elif (cells := _typed_over(submission, row, typed[number])) is not None:
                yield number, cells
        if typed and len(conflicts) + len(passed) == len(typed):
            raise Refused.of(*not_taken(conflicts, passed))

    return _round(act, How.TYPED, chosen)._replace(conflicts=conflicts, passed=passed)


def not_taken(conflicts: Sequence[int], passed: Sequence[int]) -> Iterator[Refusal]:
    """Why what was typed in these rows is not taken."""
    if conflicts:
        yield refusal("rows_mended_meanwhile", rows="、".join(map(str, conflicts)))
    if passed:
        yield refusal("rows_passed_meanwhile", rows="、".join(map(str, passed)))


def fill(act: Act, column: str, code: str, value: str, *, seen: str) -> Mended:
    """Give all rows with one fault the same value in its column.

    `seen` is `seen_of` the submission when they were listed. Raises `Refused` where that is no
    longer so, and for a column whose cells tell rows apart.
    """
    record = act.submission.record
    if not may_fill(record, column, code):
        labels = {each.name: each.label for each in record.columns}
        raise Refused("fill_not_offered", label=labels.get(column, column))
    place = place_of(record, column)

    def chosen(submission: Submission) -> Iterator[Corrected]:
        _require_unchanged(submission, seen)
        rows = failing_of(submission, column, code)
        for number, cells in _cells(rows, MOST_ROWS):
            yield number, [*cells[:place], value, *cells[place + 1 :]]

    return _round(act, How.FILLED, chosen)


def repair(act: Act, chosen_causes: Sequence[tuple[str, str]], *, seen: str) -> Mended:
    """Repair the cells with these faults, each a column and a code, that have a repair.

    `seen` as in `fill`. Raises `Refused` where no cell has one.
    """

    def chosen(submission: Submission) -> Iterator[Corrected]:
        _require_unchanged(submission, seen)
        changes = _repairs(submission, chosen_causes)
        if not changes:
            raise Refused("nothing_to_repair")
        numbers = sorted(changes)
        for first in range(0, len(numbers), CHUNK):
            rows = failing(submission).filter(row__in=numbers[first : first + CHUNK])
            for number, cells in _cells(rows, CHUNK):
                for place, new in changes[number].items():
                    cells[place] = new
                yield number, cells

    return _round(act, How.REPAIRED, chosen)


def _repairs(
    submission: Submission, causes: Sequence[tuple[str, str]]
) -> dict[int, dict[int, str]]:
    """The repaired cells of at most `MOST_ROWS` rows, by row and place."""
    changes: dict[int, dict[int, str]] = {}
    for column, code in causes:
        for found in repairs_of(submission, column, code):
            if found.row in changes or len(changes) < MOST_ROWS:
                place = place_of(submission.record, column)
                changes.setdefault(found.row, {})[place] = found.new
    return changes


def _require_unchanged(submission: Submission, seen: str) -> None:
    if seen_of(submission) != seen:
        raise Refused("mended_meanwhile")


def _cells(rows: QuerySet[RejectedRow], most: int) -> Iterator[Corrected]:
    values = rows.order_by("row").values_list("row", "cells")[:most]
    for number, cells in values.iterator(chunk_size=CHUNK):
        yield number, list(cells)


def _typed_over(submission: Submission, row: RejectedRow, typed: Typed) -> list[Any] | None:
    """The cells of a row with what was typed; None where no box holds anything new."""
    cells = list(row.cells)
    changed = typed.whole
    for place, column in enumerate(submission.record.columns):
        text = typed.texts.get(column.name)
        if text is not None and text != words(cells[place]):
            cells[place] = text if text.strip() else None
            changed = True
    if changed and not any(cell is not None for cell in cells):
        raise Refused("row_emptied", row=str(row.row))
    return cells if changed else None


def _round(act: Act, how: How, chosen: Callable[[Submission], Iterator[Corrected]]) -> Mended:
    """Make the rows that `chosen` gives of the locked submission its next round, with those that
    contradicted one of them, and have it checked; returns how it stands then.
    """
    submission = act.submission
    rights.require_upload(submission.unit, act.agent, submission.record_code, act.origin)
    rates.count_one(rates.UPLOADS, act.agent, act.origin)
    stored_name = f"{submission.pk}/{secrets.token_hex(8)}{ROWS_SUFFIX}"
    path = submission_files() / stored_name
    try:
        with transaction.atomic():
            rows = Submission.objects.of(submission.unit).select_for_update()
            locked = rows.get(pk=submission.pk)
            if locked.state not in CORRECTABLE:
                raise Refused("mending_closed", state=locked.get_state_display())
            counted = _Counted(locked, chosen(locked))
            names = [column.name for column in locked.record.columns]
            lines = corrected(counted, locked.record_code, names, str(locked.pk))
            file = save(path, lines, LARGEST_ARRAY)
            _enter(act, locked, how, counted.count, stored_name, file)
    except BaseException:
        remove(path)
        raise
    if act.work_elsewhere:
        is_large = max(locked.total or 0, counted.count + counted.again) > SMALL_ROWS
        locked = work_on(locked, is_large=is_large)
    return Mended(locked, counted.count, counted.again)


class _Counted:
    """Corrected rows, counted as they pass, and among them the unchanged ones that are checked
    again with them; raises `Refused` where no row is corrected.
    """

    def __init__(self, submission: Submission, rows: Iterator[Corrected]) -> None:
        self._submission, self._rows = submission, rows
        self.count = self.again = 0

    def __iter__(self) -> Iterator[Corrected]:
        contradicting = _contradicting(self._submission)
        between = set(contradicting.values_list("row", flat=True)[:MOST_ROWS])
        if between:
            yield from self._with_contradicted(contradicting, between)
        else:
            for row in self._rows:
                self.count += 1
                yield row
        if not self.count:
            raise Refused("nothing_mended")

    def _with_contradicted(
        self, contradicting: QuerySet[RejectedRow], between: Set[int]
    ) -> Iterator[Corrected]:
        """The corrected rows and, if one of them contradicts others, all that contradict each
        other: what was wrong in that one may have been all that is wrong with them. In the order of
        the file, as in a corrected workbook: a row names the first that says otherwise.
        """
        corrected_rows = dict(self._rows)
        self.count = len(corrected_rows)
        others: dict[int, list[Any]] = {}
        if between & corrected_rows.keys():
            others = dict(_cells(contradicting.exclude(row__in=corrected_rows), MOST_ROWS))
        self.again = len(others)
        yield from sorted((corrected_rows | others).items())


def _contradicting(submission: Submission) -> QuerySet[RejectedRow]:
    """The failing rows with a fault that lies between rows."""
    between = Q()
    for code in (kind.code for kind in FAULTS.values() if kind.between_rows):
        between |= Q(faults__contains=[[code]])
    return failing(submission).filter(between)


def _enter(
    act: Act, submission: Submission, how: How, count: int, stored_name: str, file: Stored
) -> None:
    name = f"网页修改（{how.label} {count} 行）"
    add_round(
        submission,
        Round(name=name, stored_name=stored_name, size=file.size, sha256=file.sha256),
    )
    writing.record(
        "rows-mended",
        origin=act.origin.done_by(act.agent.account),
        unit=submission.unit,
        target=str(submission.pk),
        after={
            "record": submission.record_code,
            "mended_how": how.value,
            "rows": count,
            "sha256": file.sha256,
        },
    )
