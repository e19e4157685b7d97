"""Carry columns of cells from the child to the parent: small, fast, and without running anything.

An answer is one line of JSON and the texts of all columns after it. In the JSON a column is its
number of cells and, for each type that occurs in it, the indices of its cells and the size of its
texts, which are joined by a character that none of them holds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import compress, count
from typing import IO, Any, NamedTuple

SEPARATOR = "\x7f"
NOT_FINITE = "#NUM!"


class ErrorText(str):
    """The error that stands in a cell instead of a value."""

    __slots__ = ()


class Part(NamedTuple):
    """The cells of one type in a column; no indices means every cell."""

    kind: str
    indices: list[int] | None
    texts: list[str]


KINDS: dict[type, str] = {
    str: "text",
    float: "number",
    int: "whole",
    bool: "yes",
    datetime: "moment",
    date: "date",
    time: "time",
    timedelta: "span",
    ErrorText: "error",
}


def _span(text: str) -> timedelta:
    days, seconds, microseconds = map(int, text.split())
    return timedelta(days, seconds, microseconds)


WRITE: dict[str, Callable[[Any], str]] = {
    "text": str,
    "error": str,
    "number": repr,
    "whole": repr,
    "yes": lambda value: "01"[value],
    "moment": datetime.isoformat,
    "date": date.isoformat,
    "time": time.isoformat,
    "span": lambda value: f"{value.days} {value.seconds} {value.microseconds}",
}
READ: dict[str, Callable[[str], Any]] = {
    "text": str,
    "number": float,
    "whole": int,
    "yes": lambda text: text == "1",
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "span": _span,
}


def send(answer: dict[str, Any], columns: dict[str, list[Any]], output: IO[bytes]) -> None:
    """Write an answer with its columns. Empties `columns`, to hold no cell twice."""
    described: dict[str, Any] = {}
    bodies: list[bytes] = []
    for name in list(columns):
        cells = columns.pop(name)
        parts = []
        for kind, indices, texts in _parts(cells):
            body, joined = _joined(texts)
            parts.append((kind, indices, len(body), joined))
            bodies.append(body)
        described[name] = (len(cells), parts)
    output.write(json.dumps({**answer, "columns": described}).encode() + b"\n")
    output.writelines(bodies)


def _parts(cells: Sequence[Any]) -> Iterable[Part]:
    """A column by type. Empty texts and None are empty cells."""
    if set(map(type, cells)) <= {str, type(None)}:
        texts = list(filter(None, cells))
        if len(texts) == len(cells):
            return [Part("text", None, texts)]
        return [Part("text", list(compress(count(), cells)), texts)] if texts else []
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if cell is not None and cell != "":
            places.setdefault(_kind(cell), []).append(index)
    return [
        Part(kind, indices, [_text(kind, cells[index]) for index in indices])
        for kind, indices in places.items()
    ]


def _kind(cell: Any) -> str:
    if type(cell) is float and not math.isfinite(cell):
        return "error"
    return KINDS[type(cell)]


def _text(kind: str, cell: Any) -> str:
    if kind == "error" and type(cell) is float:
        return NOT_FINITE
    return WRITE[kind](cell)


def _joined(texts: list[str]) -> tuple[bytes, bool]:
    """The texts as bytes, and whether they are joined; if not, they are JSON."""
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) == len(texts) - 1:
        return joined.encode(), True
    return json.dumps(texts).encode(), False


def receive(output: IO[bytes], error: Callable[[str], Any]) -> dict[str, Any]:
    """Read an answer; `error` makes an error cell of its text."""
    answer: dict[str, Any] = json.loads(output.readline())
    columns: dict[str, list[Any]] = {}
    for name, (length, parts) in answer.get("columns", {}).items():
        cells: list[Any] = [None] * length
        for kind, indices, size, joined in parts:
            body = output.read(size).decode()
            texts = body.split(SEPARATOR) if joined else json.loads(body)
            values = texts if kind == "text" else list(map(READ.get(kind, error), texts))
            if indices is None:
                cells = values
                continue
            for index, value in zip(indices, values, strict=True):
                cells[index] = value
        columns[name] = cells
    return {**answer, "columns": columns}
