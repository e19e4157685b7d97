"""The stored rows that staged rows would replace: which uploads wrote them, and the first of them.

As `Target.classify` counts them, and only the unit's own: another unit's are faults, never shown.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, NamedTuple

from django.db import connection

from tracing.stores import counted_tables
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import Target

# They are found once, by a join of all; what is said of them is read from here.
REPLACED = "staged_replaced"


class ReplacedRow(NamedTuple):
    """A staged row with the stored one that it would replace, as JSON by the columns of its table,
    and what these would hold.
    """

    row: int
    before: dict[str, Any]
    after: dict[str, Any]


class Replaced(NamedTuple):
    """`uploads` are those that lose most, each with how many rows; an id may be that of a move,
    which no upload has, or missing. `rows` are the first of the file.
    """

    uploads: list[tuple[uuid.UUID | None, int]]
    rows: list[ReplacedRow]


def replaced(
    target: Target, submission: uuid.UUID, unit: int, *, uploads: int, rows: int
) -> Replaced:
    """What the staged rows would replace, so many uploads and rows of it at most; a look was taken.
    In the caller's transaction.
    """
    parameters: Parameters = {"submission": submission, "unit": unit}
    joined = f"{STAGED_COPY} s CROSS JOIN {target.stored}"
    found = f"""
        SELECT s.row, t.submission_id FROM {joined}
        WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
          AND NOT s.again AND t.voided_at IS NULL AND {target.differs}"""
    counted_tables.make(REPLACED, found, parameters)
    kept = {**target.key, **target.columns, **target.constants}
    would_hold = ", ".join(f"{staged} AS {name}" for name, staged in kept.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT submission_id, count(*) FROM {REPLACED}"
            f" GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {uploads}"
        )
        losing = list(cursor)
        cursor.execute(f"SELECT row FROM {REPLACED} ORDER BY row LIMIT {rows}")
        first = [row for (row,) in cursor]
        cursor.execute(
            f"""
            WITH s AS MATERIALIZED (
                SELECT * FROM {STAGED_COPY}
                WHERE submission_id = %(submission)s AND row = ANY(%(first)s))
            SELECT s.row, to_jsonb(t), to_jsonb(n)
            FROM s CROSS JOIN {target.stored}
            CROSS JOIN LATERAL (SELECT {would_hold}) n
            WHERE t.unit_id = %(unit)s ORDER BY s.row""",
            {**parameters, "first": first},
        )
        images = [ReplacedRow(row, json.loads(old), json.loads(new)) for row, old, new in cursor]
    return Replaced(losing, images)
