"""Good rows into the staging table, the others to the rejected rows."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from tracing.ingest import buckets
from tracing.ingest.cells import cell_text
from tracing.ingest.copy import copy_in, texts_of
from tracing.ingest.rejected import by_row, failing, reject, staged_cells, unstage
from tracing.ingest.rounds import staged_rows
from tracing.ingest.stores import STORES, RowFault
from tracing.models import RejectedRow, Submission, staging_table
from tracing.records.base import Cell, Checked, Level, Record
from tracing.records.faults import FAULTS
from tracing.records.trace_codes import recognise

FIRST_WARNINGS = 20
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
    warnings: dict[str, int]
    first_warnings: list[list[Any]]
    sight: dict[str, Any]


def levels_in_force() -> dict[str, Level]:
    """What the settings say of the levels of faults."""
    return {code: Level(level) for code, level in settings.PORTAL_CHECK_LEVELS.items()}


def level_of(code: str) -> Level:
    """The level of a fault code: the catalogue's, unless the settings change it."""
    return levels_in_force().get(code, FAULTS[code].level)


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
    kept_as_stored = [row for row in faults if row in stored]
    for row in kept_as_stored:
        del faults[row]
    values = _copy(
        submission.pk, record, rows, checked, leaving_out={*faults, *kept_as_stored}, stored=stored
    )
    place = {row: index for index, row in enumerate(rows)}
    sight = _look(submission, number, values)
    found, warned, known = database_findings(submission, codes_unchanged=False)
    for row, row_faults in by_row(found).items():
        faults.setdefault(row, []).extend(row_faults)
    earlier = [row for row in faults if row not in place]
    texts = staged_cells(submission.pk, record, earlier) if earlier else {}
    for row in faults:
        if row in place:
            texts[row] = [cell_text(cells[c.name][place[row]]) for c in record.columns]
    unstage(submission.pk, record, list(faults))
    reject(submission.pk, number, faults, texts)
    _mend(submission, number, [row for row in rows if row not in faults])
    warned = [fault for fault in warned if fault.row in place]
    warned += [RowFault(rows[f.row], f.column, f.code, f.detail) for f in checked.warnings]
    warned += [
        RowFault(row, record.columns[0].name, "correction_not_applied", ())
        for row in kept_as_stored
    ]
    return Outcome(
        staged=staged_rows(submission),
        failing=failing(submission.pk),
        warnings=dict(Counter(fault.code for fault in warned)),
        sight={**sight, "known": known},
        first_warnings=[
            [w.row, w.column, w.code, list(w.detail)] for w in sorted(warned)[:FIRST_WARNINGS]
        ],
    )


def _look(
    submission: Submission, number: int, values: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """The buckets of the staged codes and their version, read before the rules run."""
    touched = buckets.buckets_of(STORES[submission.record_code].codes(values))
    if number > 1:
        touched.update(submission.sight.get("buckets", ()))
    return {"buckets": sorted(touched), "version": buckets.version(sorted(touched))}


class DatabaseFindings(NamedTuple):
    """What the set-based rules found in the staged rows."""

    faults: list[RowFault]
    warnings: list[RowFault]
    known: int | None


def database_findings(submission: Submission, *, codes_unchanged: bool) -> DatabaseFindings:
    """Run the set-based rules over the staged rows."""
    found, known = STORES[submission.record_code].find_faults(
        submission.pk,
        submission.unit_id,
        rounds=submission.rounds,
        stored_rounds=submission.stored_rounds,
        codes_unchanged=codes_unchanged,
    )
    levels = {code: level_of(code) for code in {fault.code for fault in found}}
    return DatabaseFindings(
        [fault for fault in found if levels[fault.code] is Level.ERROR],
        [fault for fault in found if levels[fault.code] is Level.WARN],
        known,
    )


def _forget(submission: Submission, number: int, rows: Sequence[int]) -> set[int]:
    """Make room for the round's rows; returns those that are stored already."""
    staged = staging_table(submission.record)
    kept = RejectedRow.objects.filter(submission=submission)
    with connection.cursor() as cursor:
        if number == submission.stored_rounds + 1:
            cursor.execute(f"DELETE FROM {staged} WHERE submission_id = %s", [submission.pk])
            kept.filter(mended_in__gt=submission.stored_rounds).update(mended_in=None)
    if number == 1:
        kept.delete()
        return set()
    unstage(submission.pk, submission.record, rows)
    return set(
        kept.filter(row__in=rows, mended_in__lte=submission.stored_rounds).values_list(
            "row", flat=True
        )
    )


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


def _mend(submission: Submission, number: int, rows: Iterable[int]) -> None:
    """Rows of a later round that pass are no longer failing."""
    if number > 1:
        RejectedRow.objects.filter(
            submission=submission, row__in=list(rows), mended_in__isnull=True
        ).update(mended_in=number)
