"""What became of each row of an upload by interface, kept in the transactions that decide it.

A page counts its rows; a program is told of each. Row numbers that follow one another are kept as a
run, its first and its last, so that a call whose rows are all new keeps two numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from tracing.stores.registry import store_of
from tracing.stores.row_faults import RowFault
from tracing.uploads.file_remarks import WHOLE_FILE
from tracing.uploads.models import Submission
from tracing.uploads.models_results import RowResults
from tracing.uploads.remarks import ASKED_AGAIN

Runs = list[list[int]]


class Result(StrEnum):
    """What storing does with a row that passes, by the words of `Target.results`."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


def are_kept(submission: Submission) -> bool:
    """Whether the sender is told of each row."""
    return submission.source == Submission.Source.API


def runs_of(rows: Iterable[int]) -> Runs:
    """Rising row numbers as runs."""
    runs: Runs = []
    for row in rows:
        if runs and runs[-1][1] + 1 == row:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return runs


def rows_of(runs: Runs) -> Iterator[int]:
    """The row numbers of runs."""
    for first, last in runs:
        yield from range(first, last + 1)


def keep_checked(submission: Submission, warned: Iterable[RowFault], *, none_known: bool) -> None:
    """Keep what the check says of the staged rows, of which a look was taken; in that transaction.

    `warned` are the remarks on rows of the newest file; those on rows of earlier ones stay. What is
    stored next is told then.
    """
    before = of(submission) if submission.stored_rounds else RowResults(submission=submission)
    goes_on = submission.confirmed_rounds == submission.rounds and not submission.barred
    warnings = sorted(
        [w.row, w.column, w.code, list(w.detail)] for w in warned if w.row != WHOLE_FILE
    )
    _keep(
        submission,
        stored=before.stored,
        foreseen={} if goes_on else _foreseen(submission, none_known=none_known),
        warnings=[*before.warnings, *warnings],
    )


def foresee_anew(submission: Submission) -> None:
    """Keep what 确认 would do now, of which a look was taken; in that transaction."""
    if are_kept(submission):
        foreseen = _foreseen(submission, none_known=False)
        RowResults.objects.filter(submission=submission).update(foreseen=foreseen)


def say_anew(submission: Submission, found: Iterable[RowFault]) -> None:
    """Put what is found now of the rows that wait in the place of what their checks remarked."""
    again = [[w.row, w.column, w.code, list(w.detail)] for w in found]
    if are_kept(submission) and (again or ASKED_AGAIN in submission.warnings):
        others = [w for w in of(submission).warnings if w[2] != ASKED_AGAIN]
        warnings = sorted([*others, *again])
        RowResults.objects.filter(submission=submission).update(warnings=warnings)


def keep_stored(submission: Submission, *, none_known: bool) -> None:
    """Keep what storing the staged rows does, just before; in the transaction that stores them."""
    if not are_kept(submission):
        return
    new = _foreseen(submission, none_known=none_known)
    stored = _joined(of(submission).stored, new) if submission.stored_rounds else new
    RowResults.objects.filter(submission=submission).update(stored=stored, foreseen={})


def of(submission: Submission) -> RowResults:
    """What is kept of the rows of an upload; nothing where it came otherwise."""
    found = RowResults.objects.filter(submission=submission).first()
    return found or RowResults(submission=submission)


def _foreseen(submission: Submission, *, none_known: bool) -> dict[str, Runs]:
    """What storing would do with each staged row, as runs; `none_known` spares the join."""
    target = store_of(submission.record_code).TARGET
    rows: dict[str, list[int]] = defaultdict(list)
    for row, result in target.results(submission.pk, submission.unit_id, none_known=none_known):
        rows[result].append(row)
    return {result: runs_of(found) for result, found in rows.items()}


def _joined(before: dict[str, Runs], new: dict[str, Runs]) -> dict[str, Runs]:
    """Both; a correction brings rows that were not stored before."""
    return {
        result: runs_of(sorted({*rows_of(before.get(result, [])), *rows_of(new.get(result, []))}))
        for result in before.keys() | new.keys()
    }


def _keep(submission: Submission, **fields: Any) -> None:
    RowResults.objects.bulk_create(
        [RowResults(submission=submission, **fields)],
        update_conflicts=True,
        unique_fields=["submission"],
        update_fields=list(fields),
    )
