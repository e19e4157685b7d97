"""The stored rows that staged rows would replace: which uploads wrote them, and the first of them.

As `Target.classify` counts them, and only the unit's own: another unit's are faults, never shown.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, NamedTuple

from django.db import connection

from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import Target


class ReplacedRow(NamedTuple):
    """A staged row with the stored one that it would replace, as JSON by the columns of its table,
    and what these would hold.
    """

    row: int
    upload: uuid.UUID | None
    before: dict[str, Any]
    after: dict[str, Any]


def first_rows(
    target: Target, submission: uuid.UUID, unit: int, *, first: int
) -> list[ReplacedRow]:
    """The `first` rows of the file that replace one; a look was taken."""
    kept = {**target.key, **target.columns}
    would_hold = ", ".join(f"{staged} AS {name}" for name, staged in kept.items())
    statement = f"""
        SELECT s.row, t.submission_id, to_jsonb(t), to_jsonb(n)
        FROM {_joined(target)} CROSS JOIN LATERAL (SELECT {would_hold}) n
        WHERE {_chosen(target)} ORDER BY s.row LIMIT {first}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"submission": submission, "unit": unit})
        return [
            ReplacedRow(row, upload, json.loads(before), json.loads(after))
            for row, upload, before, after in cursor
        ]


def uploads(
    target: Target, submission: uuid.UUID, unit: int, *, most: int
) -> list[tuple[uuid.UUID | None, int]]:
    """Which uploads wrote the rows that are replaced, and how many each: the `most` that lose most.

    An id may be that of a move, which no upload has, or missing.
    """
    statement = f"""
        SELECT t.submission_id, count(*) FROM {_joined(target)}
        WHERE {_chosen(target)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"submission": submission, "unit": unit})
        return list(cursor)


def _joined(target: Target) -> str:
    return f"{STAGED_COPY} s JOIN {target.table} t ON {target.join}"


def _chosen(target: Target) -> str:
    return f"""s.submission_id = %(submission)s AND t.unit_id = %(unit)s
              AND NOT s.again AND t.voided_at IS NULL AND {target.differs}"""
