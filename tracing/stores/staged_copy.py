"""A temporary copy of a submission's staged rows: the only place where statements join them.

The staging table is filled and emptied all the time, so PostgreSQL's statistics of it are those of
some other moment: it may plan for one row where there are 100,000, and compare each with each. The
copy is counted before it is used. The rules of the check take it, and storing reads what the last
rules took.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection

STAGED_COPY = "staged_copy"


def take(staged: str, submission: uuid.UUID) -> None:
    """Copy the staged rows of a submission. It lasts until the transaction ends, or the next."""
    query = f"SELECT * FROM {staged} WHERE submission_id = %(submission)s"
    replace(STAGED_COPY, query, {"submission": submission})


def replace(table: str, query: str, parameters: Mapping[str, Any]) -> int:
    """Make a temporary table of a query, and count it; returns how many rows it has."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {query}", parameters)
        rows: int = cursor.rowcount
        # How many rows there are is what matters; a sample of 3,000 of them is enough for the rest.
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute(f"ANALYZE {table}")
        return rows
