"""One error workbook as a file: openpyxl makes the template around the rows, with its comments,
validations and sheets; the rows themselves are written as XML between them, one after the other.

openpyxl alone needs a minute and several hundred megabytes for 100,000 rows of 23 columns, and the
writer of exports knows neither comments nor very hidden sheets: see docs/adr/0006.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.styles import NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from portal.lib.sheets import TEXT_FORMAT
from tracing.records.base import Record
from tracing.records.terms import Cell, ErrorCell
from tracing.uploads.workbook import layout, template
from tracing.uploads.workbook.limits import MEBIBYTE, PAGE_LIMITS
from tracing.uploads.workbook.namespaces import LINKS, MAIN

# A text that a reader of workbooks would take for an escaped character: its first underscore.
ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
RETURN = {"\r": "&#13;"}  # a reader of XML would make a line feed of it
COMMENTS = 1_000
COMMENT_SIZE = (320, 90)
FORMATS = {"text": TEXT_FORMAT, "moment": "yyyy-mm-dd hh:mm:ss", "span": "[h]:mm:ss"}
MARK = PatternFill("solid", fgColor="FFF2B8B5")
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
# How the frame names the part with the texts, which openpyxl does not write: before what, what.
NAMING_STRINGS = {
    "[Content_Types].xml": (
        b"</Types>",
        (
            b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
            b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
        ),
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        (
            f'<Relationship Type="{LINKS}/sharedStrings" Target="/xl/sharedStrings.xml" '
            f'Id="strings"/>'.encode()
        ),
    ),
}
LAST_OF_HEADINGS, FIRST_OF_FOOT = b"</row>", b"</sheetData>"

# What goes out must come back through the page, also when another program has saved it a bit
# larger. The gates of a workbook also refuse what unpacks to far more than its size.
MOST_BYTES = PAGE_LIMITS.max_bytes * 6 // 10
MOST_UNPACKED = PAGE_LIMITS.max_unpacked // 2
FREELY_UNPACKED = 20 * MEBIBYTE
MOST_TIMES_UNPACKED = 40
# Texts that are kept to be written once; what comes when these are many is written in its place.
MOST_SHARED = 2 * MEBIBYTE
ROWS_PER_LOOK = 100


class Failure(NamedTuple):
    """One failed row: its row number in the first file, or what was typed there where it has none,
    its cells, and a reason per fault."""

    row: int | str
    cells: list[Cell]
    reasons: list[tuple[str, str]]


class Rows:
    """The failed rows in their order, of which each workbook takes as many as it holds."""

    def __init__(self, failures: Iterator[Failure]) -> None:
        self._failures = failures
        self._next = next(failures, None)

    def __bool__(self) -> bool:
        return self._next is not None

    def take(self) -> Failure:
        """The next row. Raises StopIteration where there is none."""
        taken = self._next
        if taken is None:
            raise StopIteration
        self._next = next(self._failures, None)
        return taken


def write_book(path: Path, record: Record, submission_id: str, rows: Rows) -> None:
    """Write a workbook of the first of `rows`, as many as an upload by the page may hold."""
    commented: list[Failure] = []
    marks = 0
    while rows and marks < COMMENTS:
        commented.append(rows.take())
        marks += len({column for column, _ in commented[-1].reasons})
    frame, styles = _frame(record, submission_id, commented)
    sheet = _Sheet(record, styles)
    with (
        path.open("wb") as target,
        ZipFile(frame) as made,
        ZipFile(target, "w", ZIP_DEFLATED) as archive,
    ):
        for name in made.namelist():
            part = made.read(name)
            if name in NAMING_STRINGS:
                end, naming = NAMING_STRINGS[name]
                part = part.replace(end, naming + end)
            with archive.open(name, "w") as entry:
                if name == SHEET:
                    sheet.write(part, entry, target, commented, rows)
                else:
                    entry.write(part)
        archive.writestr(STRINGS, sheet.strings.xml())


def _frame(
    record: Record, submission_id: str, commented: Sequence[Failure]
) -> tuple[BytesIO, dict[str, int]]:
    """The workbook without its rows but with their comments, and its styles by name."""
    book = Workbook(write_only=True)
    for name, number_format in FORMATS.items():
        book.add_named_style(NamedStyle(name, number_format=number_format))
        book.add_named_style(NamedStyle(f"{name} marked", number_format=number_format, fill=MARK))
    sheet = book.create_sheet(record.title)
    whose = f"{layout.SUBMISSION_MARK}：{submission_id}"
    template.dress(sheet, record, more=(layout.ORIGINAL_ROW, layout.REASON, whose))
    styles: dict[str, int] = {}
    for name in (*FORMATS, *(f"{name} marked" for name in FORMATS)):
        cell = WriteOnlyCell(sheet)
        cell.style = name
        styles[name] = cell.style_id
    left = COMMENTS
    for failure in commented:
        wrong = dict(reversed(failure.reasons))
        cells: list[Any] = []
        for name in columns_of(record):
            cell = WriteOnlyCell(sheet)
            if name in wrong and left:
                cell.comment = _comment(wrong[name])
                left -= 1
            cells.append(cell)
        sheet.append(cells)
    template.add_notes(book, record)
    template.add_portal_sheet(book, record, submission_id)
    frame = BytesIO()
    book.save(frame)
    return frame, styles


def columns_of(record: Record) -> list[str]:
    """What may be wrong in a row, in the order of the columns."""
    return [*(column.name for column in record.columns), layout.ORIGINAL_COLUMN]


def _comment(words: str) -> Comment:
    width, height = COMMENT_SIZE
    return Comment(words, "校验", width=width, height=height)


class _Strings:
    """Texts that are written once and named by their number."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self.size = 0

    def cell(self, text: str) -> tuple[str, str]:
        """The type of a cell that holds a text, and its content."""
        number = self._known.get(text)
        # openpyxl takes what escapes an underscore out of shared texts and does not put it back.
        if number is None and self.size < MOST_SHARED and not ESCAPE_LIKE.search(text):
            number = self._known[text] = len(self._known)
            self.size += len(text)
        if number is None:
            return "inlineStr", f"<is>{_text(text)}</is>"
        return "s", f"<v>{number}</v>"

    def xml(self) -> str:
        """The part of the workbook that holds them."""
        texts = "".join(f"<si>{_text(text)}</si>" for text in self._known)
        return f'<sst xmlns="{MAIN}" uniqueCount="{len(self._known)}">{texts}</sst>'


def _text(text: str) -> str:
    if "_x" in text:
        text = ESCAPE_LIKE.sub("_x005F_", text)
    return f'<t xml:space="preserve">{escape(text, RETURN)}</t>'


class _Sheet:
    """The rows of the first sheet as XML."""

    def __init__(self, record: Record, styles: dict[str, int]) -> None:
        self.strings = _Strings()
        self._names = columns_of(record)
        self._letters = [get_column_letter(n + 1) for n in range(len(self._names) + 1)]
        self._styles = styles
        self._at = 2  # row 1 has the headings

    def write(
        self,
        frame: bytes,
        entry: IO[bytes],
        target: IO[bytes],
        commented: Sequence[Failure],
        rows: Rows,
    ) -> None:
        """Write the sheet: the frame's head, the rows while `target` has room, the frame's foot."""
        head = frame.index(LAST_OF_HEADINGS) + len(LAST_OF_HEADINGS)
        entry.write(frame[:head])
        size = entry.write("".join(map(self._row, commented)).encode())
        while rows and _has_room(target.tell(), size):
            block: list[str] = []
            while rows and len(block) < ROWS_PER_LOOK:
                block.append(self._row(rows.take()))
            size += entry.write("".join(block).encode())
        entry.write(frame[frame.rindex(FIRST_OF_FOOT) :])

    def _row(self, failure: Failure) -> str:
        number, self._at = self._at, self._at + 1
        wrong = {column for column, _ in failure.reasons}
        reasons = "\n".join(_unique(failure.reasons))
        cells = [
            self._cell(f"{letter}{number}", value, " marked" if name in wrong else "")
            for letter, name, value in zip(
                self._letters, self._names, (*failure.cells, failure.row), strict=False
            )
        ]
        cells.append(self._cell(f"{self._letters[-1]}{number}", reasons, ""))
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _cell(self, place: str, value: Any, mark: str) -> str:
        """A cell of the type that was read, so that what was wrong with it stays wrong."""
        if value is None:
            return f'<c r="{place}" s="{self._styles[f"text{mark}"]}"/>' if mark else ""
        style, kind, content = "text", "n", ""
        if isinstance(value, str):
            # Text stays text: a value that begins with "=" must not become a formula.
            kind, content = self.strings.cell(value)
        elif isinstance(value, ErrorCell):
            # A formula is gone, only that it had no value is known.
            error = value.text if value.text in ERROR_CODES else "#VALUE!"
            kind, content = "e", f"<v>{error}</v>"
        elif isinstance(value, bool):
            kind, content = "b", f"<v>{value:d}</v>"
        elif isinstance(value, int | float):
            content = f"<v>{value!r}</v>"
        else:
            style = "moment" if isinstance(value, date) else "span"
            content = f"<v>{_serial(value)!r}</v>"
        return f'<c r="{place}" s="{self._styles[style + mark]}" t="{kind}">{content}</c>'


def _serial(value: date | time | timedelta) -> float:
    """A moment or a span as workbooks count it, in days."""
    serial: float = to_excel(value)  # type: ignore[no-untyped-call]
    return serial


def _has_room(packed: int, unpacked: int) -> bool:
    """Whether a workbook of this size, which unpacks to that, may take more rows."""
    allowed = min(MOST_UNPACKED, max(FREELY_UNPACKED, MOST_TIMES_UNPACKED * packed))
    return packed < MOST_BYTES and unpacked < allowed


def _unique(reasons: list[tuple[str, str]]) -> list[str]:
    """Each sentence once: one cell may fail in two ways, two cells in the same."""
    return list(dict.fromkeys(words for _, words in reasons))
