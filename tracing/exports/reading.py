"""Reading the many codes of an export: counted by one statement, streamed by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from tracing.traces.selections import Codes

CHUNK = 2_000
Row = Sequence[str]


class Counted(NamedTuple):
    """How much an export holds, and whether anything of consumables is in it."""

    codes: int
    rows: int
    devices: bool = False


class Chosen(NamedTuple):
    """The SQL that chooses the codes, and its parameters."""

    query: str
    parameters: Sequence[Any]

    @classmethod
    def of(cls, codes: Codes, columns: Sequence[str]) -> Chosen:
        """Raises `EmptyResultSet` where nothing can be chosen."""
        return cls(*codes.order_by().values(*columns).query.sql_with_params())


def counted(statement: str, codes: Codes, columns: Sequence[str], *parameters: Any) -> Counted:
    """Run a statement that counts the chosen codes and their rows."""
    try:
        chosen = Chosen.of(codes, columns)
    except EmptyResultSet:
        return Counted(0, 0)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(chosen=chosen.query), [*chosen.parameters, *parameters])
        found, rows, devices = cursor.fetchone()
        return Counted(int(found), int(rows), devices)


def streamed(
    statement: str, codes: Codes, columns: Sequence[str], *parameters: Any
) -> Iterator[list[tuple[Any, ...]]]:
    """Run a statement by a server-side cursor; yields its rows by the thousand."""
    chosen = Chosen.of(codes, columns)
    with connection.cursor() as cursor:
        # All rows will be fetched: plan for the last one, not for the first.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement.format(chosen=chosen.query), [*chosen.parameters, *parameters])
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk
