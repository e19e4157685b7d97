"""The rows of a submission in the staging table, and those that fail: kept with their cells and
faults until mended."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from tracing.records.base import Record
from tracing.records.reading import in_json
from tracing.stores.models_staging import staging_table
from tracing.stores.row_faults import RowFault
from tracing.uploads.models import Submission
from tracing.uploads.workbook.layout import LARGEST_ROW

ARRIVING = "rejected_arriving"
MAKE_ARRIVING = f"""
    CREATE TEMPORARY TABLE IF NOT EXISTS {ARRIVING} (row integer, cells jsonb, faults jsonb)
    ON COMMIT DROP"""
UPSERT = f"""
    INSERT INTO tracing_rejectedrow (submission_id, row, round, cells, faults, mended_in)
    SELECT %(submission)s, row, %(round)s, cells, faults, NULL FROM {ARRIVING}
    ON CONFLICT (submission_id, row) DO UPDATE
    SET round = EXCLUDED.round, cells = EXCLUDED.cells, faults = EXCLUDED.faults,
        mended_in = NULL"""
LINES_PER_WRITE = 1_000


class Rejected(NamedTuple):
    """A row that fails: its cells in the order of the record's columns, as `to_json` gives them,
    and its faults as JSON text, each a column, a code and the details.
    """

    row: int
    cells: Sequence[Any]
    faults: str


def by_row(faults: Iterable[RowFault]) -> dict[int, list[RowFault]]:
    """Faults of each row, in the order found."""
    rows: dict[int, list[RowFault]] = defaultdict(list)
    for fault in faults:
        rows[fault.row].append(fault)
    return rows


def reject(submission: uuid.UUID, round_number: int, rows: Iterable[Rejected]) -> int:
    """Keep failing rows, replacing what an earlier round said of them; returns how many.

    They pass through one after the other: however many fail, few are in memory.
    """
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ARRIVING)
        cursor.execute(f"TRUNCATE {ARRIVING}")
        lines = map(_line, rows)
        # A statement for each block: its time is also that of whoever makes the rows.
        while block := list(islice(lines, LINES_PER_WRITE)):
            with cursor.cursor.copy(f"COPY {ARRIVING} (row, cells, faults) FROM STDIN") as copy:
                copy.write("".join(block))
        cursor.execute(UPSERT, {"submission": submission, "round": round_number})
        count: int = cursor.rowcount
        return count


def _line(rejected: Rejected) -> str:
    """The row as COPY reads it. JSON escapes what is a character of COPY, but the backslash."""
    cells = json.dumps(rejected.cells, ensure_ascii=False, separators=(",", ":"))
    line = f"{rejected.row}\t{cells}\t{rejected.faults}\n"
    return line.replace("\\", "\\\\") if "\\" in line else line


def of_database(
    faults: Mapping[int, Sequence[RowFault]], cells: Mapping[int, Sequence[Any]]
) -> Iterator[Rejected]:
    """The rows that the database refuses, with their cells as staged."""
    for row in sorted(faults):
        found = ",".join(in_json(*fault[1:]) for fault in faults[row])
        yield Rejected(row, cells[row], f"[{found}]")


def staged_cells(
    submission: uuid.UUID, record: Record, rows: Sequence[int]
) -> dict[int, list[str | None]]:
    """The cells of staged rows, shown as the record shows its values."""
    names = ", ".join(column.name for column in record.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row, {names} FROM {staging_table(record)}"
            " WHERE submission_id = %s AND row = ANY(%s)",
            [submission, list(rows)],
        )
        return {
            row: [
                None if value is None else column.kind.show(value)
                for column, value in zip(record.columns, values, strict=True)
            ]
            for row, *values in cursor
        }


def staged_rows(submission: Submission) -> int:
    """How many rows of the submission the staging table holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {staging_table(submission.record)} WHERE submission_id = %s",
            [submission.pk],
        )
        count: int = cursor.fetchone()[0]
        return count


def unstage_all(submission: Submission) -> None:
    """Empty the staging table of the submission's rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {staging_table(submission.record)} WHERE submission_id = %s",
            [submission.pk],
        )


def unstage(submission: uuid.UUID, record: Record, rows: Sequence[int]) -> None:
    """Take rows out of the staging table."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {staging_table(record)} WHERE submission_id = %s AND row = ANY(%s)",
            [submission, list(rows)],
        )


def failing(submission: uuid.UUID) -> int:
    """How many rows of the submission's first file still fail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM tracing_rejectedrow"
            " WHERE submission_id = %s AND mended_in IS NULL AND row <= %s",
            [submission, LARGEST_ROW],
        )
        count: int = cursor.fetchone()[0]
        return count
