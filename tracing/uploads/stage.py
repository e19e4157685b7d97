"""Good rows into the staging table, the others to the rejected rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from tracing.records import udi
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.checking import Checked
from tracing.records.fault_kind import Severity
from tracing.records.shapes import LEVEL_COLUMNS, SERIAL, Shape
from tracing.records.terms import Cell, CodeRules
from tracing.stores import buckets
from tracing.stores.models_codes import BATCH_OF_CONSUMABLE
from tracing.stores.models_staging import staging_table
from tracing.stores.registry import store_of
from tracing.stores.row_faults import RowFault
from tracing.uploads import remarks
from tracing.uploads.cells import to_json
from tracing.uploads.copy import copy_in, texts_of
from tracing.uploads.database_check import DatabaseFindings, check_against_database
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.rejected import Rejected, of_database, reject, staged_rows, unstage
from tracing.uploads.rejected import failing as still_failing
from tracing.uploads.workbook.layout import LARGEST_ROW

# What fills a field that the check adds to a row beside its columns: from the parsed values of the
# good rows, by the rules that judged them.
Extra = Callable[[Mapping[str, Sequence[Any]], CodeRules], Iterable[Any]]


def _system(values: Mapping[str, Sequence[Any]], rules: CodeRules) -> Iterable[Any]:
    return map(rules.system_of, values[LEVEL_COLUMNS[0]])


def _batch(values: Mapping[str, Sequence[Any]], _: CodeRules) -> Iterable[Any]:
    parts = (values[name] for name in BATCH_OF_CONSUMABLE)
    return map(" ".join, zip(*parts, strict=True))


def _from(column: str, read: Callable[[str], Any]) -> Extra:
    """What a code of a column says of itself, whatever the rules."""
    return lambda values, _: map(read, values[column])


EXTRAS: dict[Shape, dict[str, Extra]] = {
    Shape.PRODUCT: {},
    Shape.EVENT: {},
    Shape.SPEC: {},
    Shape.CODES: {"system": _system},
    Shape.ITEM: {"udi_di": _from("udi", udi.device_identifier)},
    Shape.UDI: {
        SERIAL: _batch,
        "system": _system,
        "udi_di": _from(LEVEL_COLUMNS[0], udi.device_identifier),
        "is_lot": lambda values, _: map(
            udi.stands_for_lot, values[LEVEL_COLUMNS[0]], values["cnt"]
        ),
    },
}


@dataclass(frozen=True)
class Outcome:
    """How the submission stands after a round. The warnings can be looked at once; `normalised`
    counts the rewritten cells of rows that pass for once.
    """

    staged: int
    failing: int
    normalised: int
    warnings: Iterator[RowFault]
    sight: dict[str, Any]


def stage(
    submission: Submission,
    number: int,
    rows: Sequence[int],
    cells: Mapping[str, Sequence[Cell]],
    checked: Checked,
) -> Outcome:
    """Stage one checked round, in the caller's transaction.

    `rows` are the row numbers of the first round's sheet, one per row of `cells`.
    """
    record = submission.record
    passed = _passed(submission, number, rows)
    stored = _forget(submission, number, rows)
    failing = checked.findings.failing
    values = _copy(submission.pk, record, rows, checked, stored=stored)
    sight = _look(submission, number, values)
    settled = check_against_database(submission, codes_unchanged=False)
    given = Given(rows, [cells[column.name] for column in record.columns])
    reject(
        submission.pk,
        number,
        chain(_refused_by_checks(given, checked, stored), _refused_by_database(given, settled)),
    )
    # A row that is stored already stays stored when its newest version fails.
    kept = [rows[index] for index in failing if rows[index] in stored]
    passing = {row for index, row in enumerate(rows) if index not in failing}
    mended = _mend(submission, number, passing.difference(settled.refused))
    still = still_failing(submission.pk)
    again = passed.difference(passing.difference(settled.refused))
    return Outcome(
        staged=staged_rows(submission),
        failing=still,
        normalised=sum(n for n, row in zip(checked.rewritten, rows, strict=True) if row in mended),
        warnings=chain(
            # A row that comes a second time was warned about the first time.
            (fault for fault in settled.warnings if fault.row in mended),
            _remarks(rows, checked, mended),
            not_applied(record, [*kept, *settled.kept]),
            _fails_again(submission, again, still),
        ),
        sight={**sight, "known": settled.known},
    )


class Given(NamedTuple):
    """The rows of a file as they came: their numbers, and the record's columns of cells."""

    numbers: Sequence[int]
    columns: list[Sequence[Cell]]

    def cells(self, index: int) -> list[Any]:
        """The cells of a row as they are kept with a failing one."""
        return [to_json(column[index]) for column in self.columns]


def _refused_by_checks(given: Given, checked: Checked, stored: set[int]) -> Iterator[Rejected]:
    for index, faults in checked.findings.by_row(Severity.ERROR):
        row = given.numbers[index]
        if row not in stored:
            yield Rejected(row, given.cells(index), faults)


def _refused_by_database(given: Given, settled: DatabaseFindings) -> Iterator[Rejected]:
    """Rows of this file with their cells as they came, those of earlier files as staged."""
    if settled.refused:
        for index, row in enumerate(given.numbers):
            if row in settled.refused:
                settled.cells[row] = given.cells(index)
    return of_database(settled.refused, settled.cells)


def _remarks(rows: Sequence[int], checked: Checked, mended: Set[int]) -> Iterator[RowFault]:
    """What the checks remark on rows that pass, by the numbers of the first file."""
    for fault in checked.findings.each(Severity.WARN):
        if rows[fault.row] in mended:
            yield RowFault(rows[fault.row], fault.column, fault.code, fault.detail)


def not_applied(record: Record, rows: Iterable[int]) -> list[RowFault]:
    """Warnings that the newest version of these rows failed while their stored one stays."""
    return [RowFault(row, record.columns[0].name, "correction_not_applied", ()) for row in rows]


def _passed(submission: Submission, number: int, rows: Sequence[int]) -> set[int]:
    """Which rows of a later round an earlier one had mended, and nobody has stored yet."""
    if number == 1:
        return set()
    mended = RejectedRow.objects.filter(
        submission=submission, row__in=rows, mended_in__gt=submission.stored_rounds
    )
    return set(mended.values_list("row", flat=True))


def _fails_again(submission: Submission, rows: Iterable[int], failing: int) -> Iterator[RowFault]:
    """What an older error workbook took back: the newest version of a row counts, and it fails."""
    total, before = submission.total or 0, submission.accepted or 0
    detail = (str(before), str(total - failing))
    for row in rows:
        yield RowFault(row, submission.record.columns[0].name, remarks.NEWS, detail)


def _look(
    submission: Submission, number: int, values: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """The buckets of the staged codes and their version, read before the rules run."""
    touched = buckets.buckets_of(store_of(submission.record_code).codes(values))
    if number > 1:
        touched.update(submission.sight.get("buckets", ()))
    return {"buckets": sorted(touched), "version": buckets.version(sorted(touched))}


def _forget(submission: Submission, number: int, rows: Sequence[int]) -> set[int]:
    """Make room for the round's rows; returns those that are stored already."""
    kept = RejectedRow.objects.filter(submission=submission)
    if number == 1:
        # Only when it is checked again. What failed then may pass now, but later rounds carry it.
        kept.update(mended_in=1)
        return set()
    # Rows that belong to none of the first file were in the error workbook that this one was made
    # from; those that still are wrong come again.
    kept.filter(row__gt=LARGEST_ROW, mended_in=None).update(mended_in=number)
    unstage(submission.pk, submission.record, rows)
    stored = kept.filter(row__in=rows, mended_in__lte=submission.stored_rounds)
    return set(stored.values_list("row", flat=True))


def _copy(
    submission: uuid.UUID,
    record: Record,
    rows: Sequence[int],
    checked: Checked,
    *,
    stored: set[int],
) -> dict[str, list[Any]]:
    """COPY the good rows; returns their values by column."""
    values: dict[str, list[Any]] = checked.values
    failing = checked.findings.failing
    if len(failing):
        keep = [index for index in range(len(rows)) if index not in failing]
        rows = [rows[index] for index in keep]
        values = {name: [column[index] for index in keep] for name, column in values.items()}
    if not rows:
        return values
    columns: dict[str, Sequence[str]] = {
        "submission_id": [str(submission)] * len(rows),
        "row": [str(row) for row in rows],
        "again": ["t" if row in stored else "f" for row in rows],
        **{column.name: texts_of(values[column.name]) for column in record.columns},
    }
    for name, extra in EXTRAS[BINDINGS[record.code].shape].items():
        columns[name] = texts_of(list(extra(values, checked.rules)))
    copy_in(staging_table(record), columns)
    return values


def _mend(submission: Submission, number: int, rows: set[int]) -> set[int]:
    """Rows of a later round that pass fail no longer; returns the rows that pass for once."""
    if number == 1:
        return rows
    failed = RejectedRow.objects.filter(submission=submission, row__in=rows, mended_in=None)
    mended = set(failed.values_list("row", flat=True))
    failed.update(mended_in=number)
    return mended
