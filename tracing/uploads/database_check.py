"""What the database says of the staged rows: those that it refuses leave the staging table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from tracing.core.fault_levels import level_of
from tracing.records.fault_kind import Severity
from tracing.stores.models_staging import staging_table
from tracing.stores.registry import store_of
from tracing.stores.row_faults import RowFault
from tracing.stores.store import StagedRows
from tracing.uploads.models import Submission
from tracing.uploads.rejected import by_row, staged_cells, unstage
from tracing.uploads.remarks import ASKED_AGAIN


class DatabaseFindings(NamedTuple):
    """`refused` rows have their faults and, in `cells`, their cells as staged. The stored version
    of the rows `kept` stays, because the newest one is refused. `known` as in `Found`.
    """

    refused: dict[int, list[RowFault]]
    cells: dict[int, list[str | None]]
    kept: list[int]
    warnings: list[RowFault]
    known: int | None


def check_against_database(
    submission: Submission, *, codes_unchanged: bool, remarks: bool = True
) -> DatabaseFindings:
    """Run the set-based rules, in the caller's transaction, until they refuse no row.

    Without `remarks` those about what other records of the unit say are left out.

    Once is not enough: a row that leaves may be what another one needed, as a box moves only
    with all its packs.
    """
    refused: dict[int, list[RowFault]] = {}
    cells: dict[int, list[str | None]] = {}
    kept: list[int] = []
    while True:
        faults, warnings, known = _findings(submission, codes_unchanged, remarks)
        if not faults:
            return DatabaseFindings(refused, cells, kept, warnings, known)
        rows = by_row(faults)
        stored = _stored_before(submission, rows)
        kept += stored
        refused.update((row, found) for row, found in rows.items() if row not in stored)
        cells |= staged_cells(submission.pk, submission.record, list(rows))
        unstage(submission.pk, submission.record, list(rows))
        codes_unchanged = False


def _findings(
    submission: Submission, codes_unchanged: bool, remarks: bool
) -> tuple[list[RowFault], list[RowFault], int | None]:
    """The faults and the warnings of the staged rows, and how many are known."""
    staged = _staged(submission, codes_unchanged, remarks)
    found, known = store_of(submission.record_code).find_faults(staged)
    levels = {code: level_of(code) for code in {fault.code for fault in found}}
    return (
        [fault for fault in found if levels[fault.code] is Severity.ERROR],
        [fault for fault in found if levels[fault.code] is Severity.WARN],
        known,
    )


def _staged(submission: Submission, codes_unchanged: bool, remarks: bool) -> StagedRows:
    return StagedRows(
        submission.pk,
        submission.unit_id,
        rounds=submission.rounds,
        stored_rounds=submission.stored_rounds,
        codes_unchanged=codes_unchanged,
        remarks=remarks,
    )


def ask_again(submission: Submission) -> list[RowFault]:
    """What is to be said of the staged rows as things are now, of which a look was taken."""
    store = store_of(submission.record_code)
    staged = _staged(submission, codes_unchanged=True, remarks=False)
    found = store.against_products(store.parameters(staged))
    if level_of(ASKED_AGAIN) is not Severity.WARN:
        return []
    return asked_again(submission, found)


def asked_again(submission: Submission, warnings: Iterable[RowFault]) -> list[RowFault]:
    """Those that are to be said anew. Of a row that comes a second time it was said."""
    found = [warning for warning in warnings if warning.code == ASKED_AGAIN]
    stored = _stored_before(submission, {warning.row for warning in found}) if found else ()
    return [warning for warning in found if warning.row not in stored]


def _stored_before(submission: Submission, rows: Iterable[int]) -> set[int]:
    """Those of the staged rows that an earlier round has stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row FROM {staging_table(submission.record)}"
            " WHERE submission_id = %s AND row = ANY(%s) AND again",
            [submission.pk, list(rows)],
        )
        return {row for (row,) in cursor.fetchall()}
