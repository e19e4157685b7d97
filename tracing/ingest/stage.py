"""Good rows into the staging table, the others to the rejected rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracing.ingest import buckets
from tracing.ingest.cells import to_json
from tracing.ingest.copy import copy_in, texts_of
from tracing.ingest.rejected import by_row, failing, reject, staged_rows, unstage
from tracing.ingest.settle import settle
from tracing.ingest.stores import STORES, RowFault
from tracing.models import RejectedRow, Submission, staging_table
from tracing.records.base import Cell, Checked, Record
from tracing.records.trace_codes import recognise

# What the check adds to a row beside its columns: from the parsed values of the good rows.
EXTRAS: dict[str, Callable[[Mapping[str, Sequence[Any]]], dict[str, list[str]]]] = {
    "domestic-drug-codes": lambda values: {
        "system": [recognise(code).value for code in values["lv1_trac_code"]]
    },
}


@dataclass(frozen=True)
class Outcome:
    """How the submission stands after a round."""

    staged: int
    failing: int
    warnings: list[RowFault]
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
    stored = _forget(submission, number, rows)
    faults = by_row(RowFault(rows[f.row], f.column, f.code, f.detail) for f in checked.faults)
    # A row that is stored already stays stored when its newest version fails.
    kept = [row for row in faults if row in stored]
    for row in kept:
        del faults[row]
    values = _copy(
        submission.pk, record, rows, checked, leaving_out={*faults, *kept}, stored=stored
    )
    sight = _look(submission, number, values)
    settled = settle(submission, codes_unchanged=False)
    faults.update(settled.refused)
    texts: dict[int, list[Any]] = {**settled.cells}
    for index, row in enumerate(rows):
        if row in faults:
            texts[row] = [to_json(cells[column.name][index]) for column in record.columns]
    reject(submission.pk, number, faults, texts)
    mended = _mend(submission, number, [row for row in rows if row not in faults])
    warned = [
        *settled.warnings,
        *(RowFault(rows[w.row], w.column, w.code, w.detail) for w in checked.warnings),
    ]
    return Outcome(
        staged=staged_rows(submission),
        failing=failing(submission.pk),
        # A row that comes a second time was warned about the first time.
        warnings=[fault for fault in warned if fault.row in mended]
        + not_applied(record, [*kept, *settled.kept]),
        sight={**sight, "known": settled.known},
    )


def not_applied(record: Record, rows: Iterable[int]) -> list[RowFault]:
    """Warnings that the newest version of these rows failed while their stored one stays."""
    return [RowFault(row, record.columns[0].name, "correction_not_applied", ()) for row in rows]


def _look(
    submission: Submission, number: int, values: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """The buckets of the staged codes and their version, read before the rules run."""
    touched = buckets.buckets_of(STORES[submission.record_code].codes(values))
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
    unstage(submission.pk, submission.record, rows)
    stored = kept.filter(row__in=rows, mended_in__lte=submission.stored_rounds)
    return set(stored.values_list("row", flat=True))


def _copy(
    submission: uuid.UUID,
    record: Record,
    rows: Sequence[int],
    checked: Checked,
    *,
    leaving_out: set[int],
    stored: set[int],
) -> dict[str, list[Any]]:
    """COPY the good rows; returns their values by column."""
    values: dict[str, list[Any]] = checked.values
    if leaving_out:
        keep = [index for index, row in enumerate(rows) if row not in leaving_out]
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
    if record.code in EXTRAS:
        columns.update(EXTRAS[record.code](values))
    copy_in(staging_table(record), columns)
    return values


def _mend(submission: Submission, number: int, rows: Sequence[int]) -> set[int]:
    """Rows of a later round that pass fail no longer; returns the rows that pass for once."""
    if number == 1:
        return set(rows)
    failed = RejectedRow.objects.filter(submission=submission, row__in=rows, mended_in=None)
    mended = set(failed.values_list("row", flat=True))
    failed.update(mended_in=number)
    return mended
