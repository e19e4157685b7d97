"""Checked columns as the text that PostgreSQL's COPY reads.

Columns are turned into text once per distinct value; whole lines are then joined by `zip`.
For 100,000 rows this is about ten times faster than adapting each value of each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection
from psycopg import sql

NULL = "\\N"
# COPY's own escapes; a value that holds none of these characters is its own text.
ESCAPED = ("\\", "\t", "\n", "\r")
ESCAPES = str.maketrans(dict(zip(ESCAPED, ("\\\\", "\\t", "\\n", "\\r"), strict=True)))
LINES_PER_WRITE = 5_000


def text_of(value: Any) -> str:
    """One value as COPY text."""
    match value:
        case None:
            return NULL
        case str():
            return value.translate(ESCAPES)
        case datetime():
            return value.isoformat()
        case bool():
            return "t" if value else "f"
        case int() | Decimal():
            return str(value)
        case _:
            raise TypeError(f"no COPY text for {type(value).__name__}")


def texts_of(values: Sequence[Any]) -> Sequence[str]:
    """A column of values of one type as COPY texts."""
    try:
        joined = "".join(values)
    except TypeError:  # something else than text, or an empty cell
        pass
    else:
        if not any(map(joined.__contains__, ESCAPED)):
            return values
    distinct = {value: text_of(value) for value in set(values)}
    return [distinct[value] for value in values]


def lines(columns: Sequence[Iterable[str]]) -> Iterator[str]:
    """Rows of COPY texts, joined into blocks of many lines."""
    rows = map("\t".join, zip(*columns, strict=True))
    while block := list(islice(rows, LINES_PER_WRITE)):
        yield "\n".join(block) + "\n"


def copy_in(table: str, columns: dict[str, Sequence[str]]) -> None:
    """COPY texts into `table`, in the transaction of the default connection."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for block in lines(list(columns.values())):
            copy.write(block)
