"""The rows of a submission in the staging table, and those that fail: kept with their cells and
faults until mended."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from tracing.ingest.stores import RowFault
from tracing.models import Submission, staging_table
from tracing.records.base import Record

UPSERT = """
    INSERT INTO tracing_rejectedrow (submission_id, row, round, cells, faults, mended_in)
    SELECT %(submission)s, given.row, %(round)s, given.cells, given.faults, NULL
    FROM unnest(%(rows)s::int[], %(cells)s::jsonb[], %(faults)s::jsonb[])
         AS given(row, cells, faults)
    ORDER BY given.row
    ON CONFLICT (submission_id, row) DO UPDATE
    SET round = EXCLUDED.round, cells = EXCLUDED.cells, faults = EXCLUDED.faults,
        mended_in = NULL"""


def by_row(faults: Iterable[RowFault]) -> dict[int, list[RowFault]]:
    """Faults of each row, in the order found."""
    rows: dict[int, list[RowFault]] = defaultdict(list)
    for fault in faults:
        rows[fault.row].append(fault)
    return rows


def reject(
    submission: uuid.UUID,
    round_number: int,
    faults: Mapping[int, Sequence[RowFault]],
    cells: Mapping[int, Sequence[Any]],
) -> None:
    """Keep failing rows, replacing what an earlier round said of them.

    `cells` are the row's cells as JSON, in the order of the record's columns.
    """
    if not faults:
        return
    rows = sorted(faults)
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT,
            {
                "submission": submission,
                "round": round_number,
                "rows": rows,
                "cells": [json.dumps(list(cells[row]), ensure_ascii=False) for row in rows],
                "faults": [
                    json.dumps([[f.column, f.code, list(f.detail)] for f in faults[row]])
                    for row in rows
                ],
            },
        )


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
    """How many rows of the submission still fail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM tracing_rejectedrow"
            " WHERE submission_id = %s AND mended_in IS NULL",
            [submission],
        )
        count: int = cursor.fetchone()[0]
        return count
