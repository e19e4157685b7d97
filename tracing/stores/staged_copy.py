"""A temporary copy of a submission's staged rows: the only place where statements join them.

The staging table is filled and emptied all the time, so PostgreSQL's statistics of it are those of
some other moment: it may plan for one row where there are 100,000, and compare each with each. The
copy is counted before it is used. The rules of the check take it, and storing reads what the last
rules took.
"""

from __future__ import annotations

import uuid

from tracing.stores import counted_tables

STAGED_COPY = "staged_copy"


def take(staged: str, submission: uuid.UUID) -> None:
    """Copy the staged rows of a submission. It lasts until the transaction ends, or the next."""
    query = f"SELECT * FROM {staged} WHERE submission_id = %(submission)s"
    counted_tables.make(STAGED_COPY, query, {"submission": submission})
