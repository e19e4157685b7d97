"""Cut the wanted columns out of a sheet: no blank rows, errors in their places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from portal.lib.no_value import FORMULA, MERGED, TOO_LONG, UNEVEN
from portal.lib.refused import Refused
from tracing.uploads.workbook.choose import Chosen
from tracing.uploads.workbook.layout import LARGEST_ROW
from tracing.uploads.workbook.package import printable
from tracing.uploads.workbook.scanned import Area
from tracing.uploads.workbook.transfer import ErrorText

BATCH = 4096
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass
class Table:
    """Columns of cells as read, all of one length, and the row number of each row from 1.

    `blank_rows` were dropped; `hidden_rows` are among the rows.
    """

    columns: dict[str, list[Any]]
    rows: list[int]
    blank_rows: int = 0
    hidden_rows: int = 0


def cut(chosen: Chosen, max_rows: int, longest: int, original: str | None) -> Table:
    """The rows below the headings, of which no text has more than `longest` characters.

    `original` names the column of original row numbers, if any.
    """
    sheet, headings = chosen.rows, chosen.headings
    places = dict(headings.columns)
    if original is not None and headings.original_row is not None:
        places[original] = headings.original_row
    first = headings.row + 1
    offsets = {name: column - sheet.first_column for name, column in places.items()}
    columns = turned(sheet.after(headings.row), offsets)
    leave_out_long(columns, longest)
    _place_errors(columns, places, sheet.errors, first)
    _place_uneven(columns[next(iter(headings.columns))], sheet.uneven(headings.row), first)
    length = len(next(iter(columns.values())))
    table = Table(columns, list(range(first + 1, first + 1 + length)))
    drop_blank(table, list(headings.columns))
    _place_merged(table, headings.columns, sheet.merged)
    table.hidden_rows = sum(row - 1 in sheet.hidden for row in table.rows) if sheet.hidden else 0
    if not table.rows:
        raise Refused("no_rows", sheet=printable(sheet.name), row=str(first))
    if len(table.rows) > max_rows:
        raise Refused(
            "too_many_rows",
            sheet=printable(sheet.name),
            rows=str(len(table.rows)),
            limit=str(max_rows),
        )
    return table


def turned(rows: Iterator[list[Any]], offsets: dict[str, int]) -> dict[str, list[Any]]:
    """The columns at these places of the rows; texts that repeat are one object."""
    columns: dict[str, list[Any]] = {name: [] for name in offsets}
    known: dict[str, dict[str, str]] = {name: {} for name in offsets}
    while batch := list(islice(rows, BATCH)):
        cells = list(zip(*batch, strict=True))
        for name, offset in offsets.items():
            columns[name].extend(_once(cells[offset], known[name]))
    return columns


def _once(cells: Sequence[Any], known: dict[str, str]) -> Iterable[Any]:
    """The cells with equal texts as one object, if the texts of the column repeat."""
    distinct = set(cells)
    if len(distinct) * 2 > len(cells) or set(map(type, distinct)) != {str}:
        return cells
    return map(known.setdefault, cells, cells)


def leave_out_long(columns: dict[str, list[Any]], longest: int) -> None:
    """Put an error that says how long it is in the place of every text that is too long.

    Excel writes none; what is one costs nothing from here on.
    """
    for cells in columns.values():
        texts = cells if set(map(type, cells)) == {str} else [c for c in cells if type(c) is str]
        if max(map(len, texts), default=0) > longest:
            cells[:] = [
                ErrorText(f"{TOO_LONG} {len(cell)}")
                if type(cell) is str and len(cell) > longest
                else cell
                for cell in cells
            ]


def _place_errors(
    columns: dict[str, list[Any]],
    places: dict[str, int],
    errors: dict[tuple[int, int], str],
    first: int,
) -> None:
    names: dict[int, list[str]] = {}
    for name, column in places.items():
        names.setdefault(column, []).append(name)
    for (row, column), text in errors.items():
        for name in names.get(column, ()):
            cells = columns[name]
            # A formula whose empty result the reader does know is no fault.
            if 0 <= row - first < len(cells) and (text != FORMULA or cells[row - first] == ""):
                cells[row - first] = ErrorText(text)


def _place_uneven(cells: list[Any], uneven: Mapping[int, tuple[int, int]], first: int) -> None:
    """Mark rows whose cells may stand in wrong columns, each by one cell."""
    for row, (count, width) in uneven.items():
        cells[row - first] = ErrorText(f"{UNEVEN} {count} {width}")


def _place_merged(table: Table, places: Mapping[str, int], merged: Iterable[Area]) -> None:
    """Mark the empty cells of merged areas: people see the first one's content in all of them."""
    names = {column: name for name, column in places.items()}
    for area in merged:
        rows = range(
            bisect_left(table.rows, area.top + 1), bisect_right(table.rows, area.bottom + 1)
        )
        first = names.get(area.left)
        if not rows or first is None or table.rows[rows[0]] != area.top + 1:
            continue  # it holds no content of ours
        if table.columns[first][rows[0]] == "":
            continue
        for column in filter(names.__contains__, range(area.left, area.right + 1)):
            cells = table.columns[names[column]]
            for index in rows:
                if cells[index] == "":
                    cells[index] = ErrorText(MERGED)


def drop_blank(table: Table, names: Sequence[str]) -> None:
    """Drop the rows that hold nothing in the record's own columns."""
    blank: Iterable[int] = range(len(table.rows))
    for name in names:
        cells = table.columns[name]
        blank = [index for index in blank if _is_blank(cells[index])]
        if not blank:
            return
    dropped = set(blank)
    keep = [index for index in range(len(table.rows)) if index not in dropped]
    table.blank_rows = len(dropped)
    table.rows = [table.rows[index] for index in keep]
    for name, cells in table.columns.items():
        table.columns[name] = [cells[index] for index in keep]


def _is_blank(cell: Any) -> bool:
    if type(cell) is str:
        return not cell.strip().strip(INVISIBLE).strip()
    return cell is None


def original_rows(cells: Sequence[Any]) -> list[int | str]:
    """The row numbers an error workbook carries, and what stands there instead of one."""
    return [_whole(cell) or printable("" if cell is None else str(cell)) for cell in cells]


def _whole(cell: Any) -> int | None:
    if type(cell) is str:
        text = cell.strip()
        number = int(text) if text.isdecimal() and len(text) < 9 else 0
    elif type(cell) in (int, float) and 0 < cell <= LARGEST_ROW:
        number = int(cell) if cell == int(cell) else 0
    else:
        return None
    return number if 0 < number <= LARGEST_ROW else None
