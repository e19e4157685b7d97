"""What only the database can find in staged rows."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection

# What a statement is told, by name.
Parameters = dict[str, Any]


class RowFault(NamedTuple):
    """A fault or warning that only the database could find."""

    row: int
    column: str
    code: str
    detail: tuple[str, ...]


class Found(NamedTuple):
    """What the rules found, and how many staged rows have a stored row under their key.

    `known` is None where nobody counted.
    """

    faults: list[RowFault]
    known: int | None


def row_faults(statement: str, parameters: Parameters) -> list[RowFault]:
    """Run one set-based rule; it answers (row, column, code, detail as text[])."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [RowFault(row, column, code, tuple(detail)) for row, column, code, detail in cursor]
