"""Rows of texts into a workbook or a CSV file, streamed: memory does not grow with the rows.

The writer places cells by position, takes the types of the first row for all, and would turn
long numbers into floats: every row is therefore built from one tuple of keys and holds nothing
but `str`, so a code keeps its zeros and its twentieth digit, and "=1+1" stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from rustpy_xlsxwriter import Format, write_csv, write_worksheets

from portal.lib.panics import no_panics


class Heading(NamedTuple):
    """A column of a file: its identifier, the words above it, its width in characters."""

    name: str
    label: str
    width: float


# Excel has 1,048,576 rows to a sheet.
SHEET_ROWS = 1_000_000
INDEX_SHEET = "目录"
INDEX_COLUMNS = (Heading("sheet", "工作表", 24.0), Heading("rows", "行数", 14.0))

HEADING_FORMAT = {"background": "#E8F1FC", "ink": "#1F2D3D", "line": "#C9D6E8"}

_BREAKS = re.compile("[\t\n\r]+")
# What XML cannot hold, and control characters that a reader would show as _x000B_.
_CONTROL = "\x00-\x1f\x7f-\x9f\ufffe\uffff"
_CONTROLS = re.compile(f"[{_CONTROL}]")
_SEPARATOR = "\x1f"
# How a spreadsheet would take a text for a formula.
GUARD = "'"
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
# Controls in front count for nothing: whoever writes the text, or opens it, leaves them out.
_FORMULA = rf"[{GUARD}{_CONTROL}]*[{re.escape(''.join(FORMULA_STARTS))}]"
_IS_FORMULA = re.compile(_FORMULA)
_ANY_FORMULA = re.compile(rf"(?:^|{_SEPARATOR}){_FORMULA}")
# Without it a code that is edited in a spreadsheet becomes a number of fifteen digits.
TEXT_FORMAT = "@"


def clean(text: str) -> str:
    """A text without control characters; breaks and tabs become blanks."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", text))


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula, for files that do not say what is text."""
    return GUARD + text if _IS_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """A text as it was before `guarded`."""
    return text.removeprefix(GUARD) if _IS_FORMULA.match(text) else text


def write_xlsx(
    path: Path,
    title: str,
    columns: Sequence[Heading],
    rows: Iterable[Sequence[str]],
    count: int,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write exactly `count` rows, at least one, to a workbook whose cells are all of type text.

    More rows than a sheet takes go to `title` 1, `title` 2 … with an index sheet at the end.
    Raises ValueError if there are more or fewer rows than counted, OSError where there is no room:
    the writer keeps the rows in the temporary folder (TMPDIR) until the end.
    """
    sheets = -(-count // sheet_rows)
    names = [title] if sheets == 1 else [f"{title}{number + 1}" for number in range(sheets)]
    records = _counted(_records(columns, rows), count)
    data: list[tuple[str, Any]] = [(name, islice(records, sheet_rows)) for name in names]
    widths: dict[str, Any] = {name: {c.label: c.width for c in columns} for name in names}
    if sheets > 1:
        data.append((INDEX_SHEET, _index(names, count, sheet_rows)))
        widths[INDEX_SHEET] = {c.label: c.width for c in INDEX_COLUMNS}
    text = Format().set_num_format(TEXT_FORMAT)
    with no_panics():
        write_worksheets(
            data,
            path,
            freeze_panes={"general": {"row": 1, "col": 0}},
            column_widths=widths,
            header_format={name: _heading_format() for name in widths},
            column_formats={name: dict.fromkeys(labels, text) for name, labels in widths.items()},
        )
    # A last sheet that is just full has not asked whether there are more.
    next(records, None)


def write_csv_file(
    path: Path, columns: Sequence[Heading], rows: Iterable[Sequence[str]], count: int
) -> None:
    """Write exactly `count` rows to a CSV file that Excel opens with its Chinese intact.

    Texts that a spreadsheet would take for formulas get a leading apostrophe. Raises
    ValueError if there are more or fewer rows than counted.
    """
    records = _counted(_records(columns, map(_without_formulas, rows)), count)
    with no_panics():
        write_csv(records, path, bom=True)


def _records(columns: Sequence[Heading], rows: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    keys = tuple(column.label for column in columns)
    for row in rows:
        # One look at the whole row is cheaper than one at each of its cells.
        if not "".join(row).isprintable():
            row = [clean(cell) for cell in row]
        yield dict(zip(keys, row, strict=True))


def _without_formulas(row: Sequence[str]) -> Sequence[str]:
    if not _ANY_FORMULA.search(_SEPARATOR.join(row)):
        return row
    return list(map(guarded, row))


def _counted(records: Iterator[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    """Pass the records on; raises ValueError when there are more or fewer than `count`."""
    found = 0
    for found, record in enumerate(records, start=1):
        if found > count:
            raise ValueError(f"more than {count} rows")
        yield record
    if found < count:
        raise ValueError(f"{found} rows instead of {count}")


def _index(names: Sequence[str], count: int, sheet_rows: int) -> Iterator[dict[str, str]]:
    rows = ((name, str(min(sheet_rows, count - sheet_rows * n))) for n, name in enumerate(names))
    return _records(INDEX_COLUMNS, rows)


def _heading_format() -> Format:
    return (
        Format()
        .set_num_format(TEXT_FORMAT)
        .set_bold()
        .set_font_color(HEADING_FORMAT["ink"])
        .set_background_color(HEADING_FORMAT["background"])
        .set_border("thin")
        .set_border_color(HEADING_FORMAT["line"])
    )
