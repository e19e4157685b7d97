"""A temporary copy of a submission's staged codes, for rules that join them.

The staging table is filled and emptied all the time, so PostgreSQL's statistics of it are those of
some other moment: it may plan for one row where there are 100,000, and compare each with each. The
copy is counted before it is used.
"""

from __future__ import annotations

import uuid

from django.db import connection

LOOK = "staged_look"


def take(staged: str, columns: str, submission: uuid.UUID) -> None:
    """Copy the staged rows of a submission: `columns`, a list of names, and `row`.

    It lasts until the transaction ends, or the next look.
    """
    replace(
        LOOK,
        f"SELECT submission_id, row, {columns} FROM {staged} WHERE submission_id = %(submission)s",
        submission,
    )


def replace(table: str, query: str, submission: uuid.UUID) -> None:
    """Make a temporary table of a query over a submission, and count it."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {query}",
            {"submission": submission},
        )
        # How many rows there are is what matters; a sample of 3,000 of them is enough for the rest.
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute(f"ANALYZE {table}")
