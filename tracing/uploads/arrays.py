"""An array of rows as a file: written by `submit_rows`, read back where workbooks are read.

The file is lines of JSON. The first is an object that says what the rows are and names the columns;
each further line is an array of one row's cells in that order. A cell that JSON has no type for, in
a row that was corrected here, is the object by which it was kept. A row is known by its position in
the array, from 1, as the row of a workbook is by its number in the sheet: that is the number in
faults, in the error workbook's 原行号, and in a correction.

The file is read in the child process of `workbook/read.py`, so nothing here imports Django.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any

from portal.lib.refused import Refused
from portal.lib.strict_json import first_twice
from tracing.records.terms import ErrorCell
from tracing.uploads.cells import STAND_IN, from_json
from tracing.uploads.workbook.headings import Wanted, listed
from tracing.uploads.workbook.layout import (
    LAYOUT_VERSION,
    ORIGINAL_COLUMN,
    ORIGINAL_ROW,
    PORTAL_RECORD,
    PORTAL_SUBMISSION,
    PORTAL_VERSION,
)
from tracing.uploads.workbook.package import printable
from tracing.uploads.workbook.table import Table, drop_blank, leave_out_long, original_rows, turned
from tracing.uploads.workbook.transfer import ErrorText

COLUMNS = "columns"
ORIGINAL = Wanted(ORIGINAL_COLUMN, (ORIGINAL_ROW,), required=True)
LONGEST_HEAD = 65_536  # far more than the names of any record's columns need
WORDS: dict[type, str] = {
    str: "文字",
    int: "数字",
    float: "数字",
    bool: "逻辑值",
    type(None): "null",
    dict: "对象",
    list: "数组",
}
PLAIN = frozenset({str, int, float, bool, type(None)})
# `json.dumps` would make an encoder for each line.
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Half of a pair is no character.
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class Pairs(dict[str, Any]):
    """An object of JSON that knows whether it gives a name twice: `repeated` is that name.

    Whoever parses rows hands it to the parser as `object_pairs_hook`. A dict keeps the last of two
    values, and nobody would learn that there was another one.
    """

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated: str | None = None
        if len(self) < len(pairs):
            self.repeated = first_twice(name for name, _ in pairs)


def parsed(lines: Iterable[bytes]) -> Iterator[Any]:
    """The rows in lines of JSON, one to a line; blank lines are none. Raises `Refused` for a line
    that is no JSON in UTF-8, with a byte order mark before the first or without.
    """
    written = (line for line in lines if line.strip())
    for number, line in enumerate(written, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            yield json.loads(text, object_pairs_hook=Pairs)
        except (ValueError, RecursionError):
            raise Refused("row_not_json", row=str(number)) from None


def written(
    rows: Any,
    record: str,
    wanted: Sequence[Wanted],
    max_rows: int,
    submission: str | None = None,
) -> Iterator[bytes]:
    """The lines of an array's file. Raises `Refused` where it is no array of rows of the record.

    `submission` is the one whose failing rows are sent again: each says whose place it takes.
    """
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes | Mapping):
        raise Refused("rows_not_array", found=kind_word(rows))
    if submission is not None:
        wanted = [*wanted, ORIGINAL]
    names = {column.name: None for column in wanted}
    yield _line(
        {
            PORTAL_RECORD: record,
            PORTAL_VERSION: LAYOUT_VERSION,
            PORTAL_SUBMISSION: submission,
            COLUMNS: list(names),
        }
    )
    given: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if number > max_rows:
            raise _too_many(max_rows)
        yield _line(_cells(number, row, names))
        given.update(row)
    if not given:
        raise Refused("rows_empty")
    _refuse_missing(wanted, given)


def corrected(
    rows: Iterable[tuple[int, Sequence[Any]]], record: str, names: Sequence[str], submission: str
) -> Iterator[bytes]:
    """The lines of failing rows that were corrected here: their numbers in the first file, and
    their cells in the order of the record's columns, as they are kept with a failing row.

    What nobody corrected keeps its type, so that what was wrong with it stays wrong.
    """
    yield _line(
        {
            PORTAL_RECORD: record,
            PORTAL_VERSION: LAYOUT_VERSION,
            PORTAL_SUBMISSION: submission,
            COLUMNS: [*names, ORIGINAL_COLUMN],
        }
    )
    for number, cells in rows:
        yield _line([*cells, number])


def _cells(number: int, row: Any, names: Mapping[str, None]) -> list[Any]:
    """The cells of a row in the order of the columns."""
    if not isinstance(row, dict):
        raise Refused("row_not_object", row=str(number), found=kind_word(row))
    if isinstance(row, Pairs) and row.repeated is not None:
        raise Refused("column_repeated", row=str(number), column=printable(row.repeated))
    for name in row:
        if name not in names:
            raise Refused(
                "column_unknown",
                row=str(number),
                column=printable(str(name)),
                columns=listed([*names]),
            )
    cells = [row.get(name) for name in names]
    if not PLAIN.issuperset(map(type, cells)):
        name, cell = next((n, row[n]) for n in row if type(row[n]) not in PLAIN)
        raise Refused("cell_not_plain", row=str(number), column=name, found=kind_word(cell))
    return _plain(cells)


def _kept(cell: Any, line: int) -> Any:
    """A cell as it is kept with a failing row, with its type."""
    try:
        found = from_json(cell)
    except (TypeError, ValueError, OverflowError):
        raise _unreadable(f"第 {line} 行") from None
    return ErrorText(found.text) if isinstance(found, ErrorCell) else found


def _plain(cells: list[Any]) -> list[Any]:
    """Cells as a workbook can hold them: a number beyond all numbers is infinite there."""
    if int not in map(type, cells):
        return cells
    return [_finite(cell) if type(cell) is int else cell for cell in cells]


def _finite(number: int) -> float:
    try:
        float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    return number


def _line(content: Any) -> bytes:
    text = ENCODE(content)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return HALF_A_PAIR.sub(STAND_IN, text).encode() + b"\n"


def read_rows(
    file: IO[bytes], record: str, wanted: Sequence[Wanted], limits: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What the reading child answers of an array, and its columns. Raises `Refused`."""
    head = _head(file, record)
    names: list[str] = head[COLUMNS]
    submission = head[PORTAL_SUBMISSION]
    if submission is not None:
        wanted = [*wanted, ORIGINAL]
    if not {column.name for column in wanted}.issuperset(names):
        raise _unreadable("列")
    _refuse_missing(wanted, names)
    places = {name: place for place, name in enumerate(names)}
    columns = turned(_rows(file, len(names), limits["max_rows"]), places)
    leave_out_long(columns, limits["longest_cell"])
    table = Table(columns, list(range(1, len(columns[names[0]]) + 1)))
    drop_blank(table, [name for name in names if name != ORIGINAL_COLUMN])
    if not table.rows:
        raise Refused("rows_empty")
    originals = table.columns.pop(ORIGINAL_COLUMN, None)
    answer = {
        "sheet_name": "",
        "heading_row": 0,
        "rows": table.rows,
        "original_rows": None if originals is None else original_rows(originals),
        "submission": submission,
        "ignored_headings": [],
        "other_sheets": [],
        "blank_rows": table.blank_rows,
        "hidden_rows": 0,
        "written_in": None,
        "date1904": False,
    }
    return answer, table.columns


def _head(file: IO[bytes], record: str) -> dict[str, Any]:
    """The first line, which names each column once."""
    head = _json(file.readline(LONGEST_HEAD), 1)
    match head:
        case {"record": str(), "version": str(), "submission": str() | None, "columns": list()}:
            names = head[COLUMNS]
        case _:
            raise _unreadable("第 1 行")
    if head[PORTAL_RECORD] != record or head[PORTAL_VERSION] != LAYOUT_VERSION:
        raise _unreadable("种类或版本")
    if not all(type(name) is str for name in names) or len(set(names)) < len(names):
        raise _unreadable("列")
    return dict(head)


def _rows(file: IO[bytes], width: int, max_rows: int) -> Iterator[list[Any]]:
    """The cells of each further line."""
    for number, line in enumerate(file, start=1):
        if number > max_rows:
            raise _too_many(max_rows)
        cells = _json(line, number + 1)
        if type(cells) is not list or len(cells) != width:
            raise _unreadable(f"第 {number + 1} 行")
        if not PLAIN.issuperset(map(type, cells)):
            cells = [_kept(cell, number + 1) for cell in cells]
        # As itself half a pair is no text that a line could hold; written out it is.
        if b"\\u" in line:
            cells = [HALF_A_PAIR.sub(STAND_IN, c) if type(c) is str else c for c in cells]
        yield _plain(cells)


def _json(line: bytes, number: int) -> Any:
    try:
        return json.loads(line.decode())
    except (ValueError, RecursionError):
        raise _unreadable(f"第 {number} 行") from None


def _refuse_missing(wanted: Sequence[Wanted], given: Iterable[str]) -> None:
    there = set(given)
    missing = [c for c in wanted if c.required and c.name not in there]
    if missing:
        raise Refused(
            "columns_missing", columns=listed([f"{c.name}（{c.labels[0]}）" for c in missing])
        )


def _too_many(max_rows: int) -> Refused:
    return Refused("rows_too_many", limit=str(max_rows))


def _unreadable(what: str) -> Refused:
    return Refused("rows_unreadable", why=what)


def kind_word(value: Any) -> str:
    """What JSON calls a value."""
    return WORDS.get(type(value), "JSON 以外的内容")
