"""Rows in a text: CSV, or Excel's “Unicode text”. What it is written in is found, never asked.

A text says neither its encoding nor its separator. The encoding is that of its mark; without one it
is UTF-8 where the whole text is, else GB 18030. The separator is the one that finds most headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

from portal.lib.refused import Refused
from tracing.uploads.workbook.headings import LOOKED_AT, Wanted, find
from tracing.uploads.workbook.held import NOTHING, HeldRows, Row
from tracing.uploads.workbook.scanned import Scanned, SheetName
from tracing.uploads.workbook.sniff import MARKS

NAME = "文本文件"  # stands where a workbook has the name of its sheet
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（带 BOM）",
    "utf-16": "UTF-16",
    "gb18030": "GB 18030",
}
# The first is taken where none finds a heading.
SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号"}
END_OF_DOS = "\x1a"
# How a text keeps a number a text for Excel: ="0012".
KEPT, KEPT_END = '="', '"'


class TextFile:
    """A text opened for reading, as a workbook of one sheet. Raises `Refused` for what is none.

    `encoding` and `separator` are those found, in words.
    """

    date1904 = False

    def __init__(self, data: bytes, wanted: Sequence[Wanted], max_rows: int) -> None:
        text, encoding = _decoded(data, wanted)
        self._text = text.rstrip(END_OF_DOS)
        self._max_rows = max_rows
        # How long a cell may be is told by the cell; without quotes that end it is the whole text.
        csv.field_size_limit(max(csv.field_size_limit(), len(text)))
        self._separator = max(SEPARATORS, key=lambda sign: self._headings(sign, wanted))
        self.encoding, self.separator = ENCODINGS[encoding], SEPARATORS[self._separator]
        self.sheets = [SheetName(NAME, visible=True)]

    def _headings(self, separator: str, wanted: Sequence[Wanted]) -> int:
        """How many headings a separator finds."""
        head: list[tuple[int, Row]] = []
        try:
            ceiling = Scanned(NAME, self._max_rows).row_ceiling
            for row, cells in enumerate(islice(self._split(separator), ceiling)):
                if cells and any(cells):
                    head.append((row, cells))
                if len(head) == LOOKED_AT:
                    break
        except Refused:
            pass  # what came before may hold them; if they are found, the same is said again
        found = find(head, wanted, 0)
        return len(found.columns) if found else 0

    def _split(self, separator: str) -> Iterator[list[str]]:
        lines = io.StringIO(self._text, newline="")
        reader = csv.reader(lines, delimiter=separator, strict=True)
        begun = 1  # the line on which a row begins
        try:
            for cells in reader:
                yield cells
                begun = reader.line_num + 1
        except csv.Error as error:
            raise Refused("text_quotes", line=str(begun)) from error

    def read(self, name: str) -> TextRows:
        """The rows. Raises `Refused` for too many, and where quotes do not come in pairs."""
        found = Scanned(name, self._max_rows)
        rows: list[Row] = []
        widths: dict[int, int] = {}
        count = 0
        for number, cells in enumerate(self._split(self._separator)):
            width = len(cells)
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                count += 1
                if count <= LOOKED_AT:
                    widths[number] = width
                found.reach(number, len(cells) - 1)
            if number < found.row_ceiling:
                rows.append(list(map(_freed, cells)) if cells else NOTHING)
        found.judge_count(count)
        found.judge()
        return TextRows(found, rows, widths)


class TextRows(HeldRows):
    """The rows of a text. `widths` are the cells, empty ones too, of its first rows by row."""

    def __init__(self, found: Scanned, rows: list[Row], widths: dict[int, int]) -> None:
        super().__init__(found, rows)
        self._widths = widths

    def uneven(self, row: int) -> dict[int, tuple[int, int]]:
        """The rows below the headings with more cells than those: how many, and how many those.

        In such a row a separator inside a content has moved the cells behind it.
        """
        width = self._widths[row]
        below = enumerate(islice(self._rows, row + 1, None), row + 1)
        return {number: (len(cells), width) for number, cells in below if len(cells) > width}


def _freed(cell: str) -> str:
    """A cell without what keeps it a text for Excel."""
    if cell.startswith(KEPT) and cell.endswith(KEPT_END) and len(cell) > len(KEPT):
        inside = cell[len(KEPT) : -len(KEPT_END)]
        if '"' not in inside.replace('""', ""):
            return inside.replace('""', '"')
    return cell


def _decoded(data: bytes, wanted: Sequence[Wanted]) -> tuple[str, str]:
    """The text and its encoding."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _strictly(data, encoding), encoding
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        # Damaged UTF-8 may well be GB 18030 of other characters: its headings tell.
        begun = data[: error.start].decode()
        labels = (label for column in wanted for label in column.labels if not label.isascii())
        if any(label in begun for label in labels):
            raise _undecoded(data, error, "utf-8") from error
    return _strictly(data, "gb18030"), "gb18030"


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecoded(data, error, encoding) from error


def _undecoded(data: bytes, error: UnicodeDecodeError, encoding: str) -> Refused:
    line = data[: error.start].count(b"\n") + 1
    return Refused("text_encoding", line=str(line), encoding=ENCODINGS[encoding])
