"""The content of an OpenDocument spreadsheet, parsed with expat into the rows of its sheets.

A cell or a row may say that it is repeated a million times. Empty ones are only counted; what is
repeated with content is measured before it is repeated. Most rows never come here: see `ods_scan`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from portal.lib.refused import Refused
from tracing.uploads.workbook.held import Row
from tracing.uploads.workbook.ods_cells import (
    EXTENDED,
    OFFICE,
    TABLE,
    TEXT,
    Attributes,
    value_of,
)
from tracing.uploads.workbook.ods_sheet import OdsSheet
from tracing.uploads.workbook.package import printable
from tracing.uploads.workbook.scanned import Area, Scanned, reference
from tracing.uploads.workbook.sheet_xml import ENCODINGS

# The prefixes that writers use.
USUAL_PREFIXES = {"table": TABLE, "text": TEXT, "office": OFFICE, "calcext": EXTENDED}
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
MOST_COLUMNS = 16_384
MOST_REPEATED = re.compile(r"[0-9]{1,9}")
BREAKS = re.compile(r"[\t\r\n]+")
ROWS_REPEATED, COLUMNS_REPEATED = f"{TABLE}number-rows-repeated", f"{TABLE}number-columns-repeated"
HIDDEN = ("collapse", "filter")
EPOCHS = {"1899-12-30": False, "1904-01-01": True}
# In the namespace of texts, but not what the cell says: readings above it, remarks beside it.
NOT_SAID = (f"{TEXT}ruby-text", f"{TEXT}note")
LONGEST_BLANK = 1 << 15


class ContentParser:
    """Feed it content.xml; then `sheets` are those that it holds, by name."""

    def __init__(self, max_rows: int) -> None:
        self.sheets: dict[str, OdsSheet] = {}
        self.date1904 = False
        self.is_spreadsheet = False
        self._prefixes: dict[str | None, set[str]] = {}
        self._max_rows = max_rows
        self._sheet: OdsSheet | None = None
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._row, self._times, self._hidden = 0, 1, False
        self._in_row = False
        self._cells: Row = []
        self._areas: list[Area] = []
        self._column = 0
        self._cell: Attributes | None = None  # while it is open
        self._parts: list[str] = []
        self._paragraphs = 0
        self._skipped = 0  # depth within an element that says nothing
        self._starts: dict[str, Callable[[Attributes], None]] = {
            f"{OFFICE}spreadsheet": self._spreadsheet,
            f"{STYLE}style": self._name_style,
            f"{STYLE}table-properties": self._note_display,
            f"{TABLE}null-date": self._epoch,
            f"{TABLE}dde-link": self._outside,
            f"{TABLE}table-source": self._outside,
            f"{TABLE}table": self._start_sheet,
            f"{TABLE}table-row": self._start_row,
            f"{TABLE}table-cell": self._start_cell,
            f"{TABLE}covered-table-cell": self._start_cell,
            f"{TEXT}p": self._start_paragraph,
            f"{TEXT}s": self._blanks,
            f"{TEXT}tab": lambda _: self._say("\t"),
            f"{TEXT}line-break": lambda _: self._say("\n"),
        }
        self._ends: dict[str, Callable[[], None]] = {
            f"{TABLE}table": self._end_sheet,
            f"{TABLE}table-row": self.end_row,
            f"{TABLE}table-cell": self._end_cell,
            f"{TABLE}covered-table-cell": self._end_cell,
            f"{TEXT}p": self._end_paragraph,
        }
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.XmlDeclHandler = self._declared
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._expat.StartNamespaceDeclHandler = self._name_space
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse a part of the content. Raises `Refused`."""
        try:
            self._expat.Parse(chunk, last)
        except expat.ExpatError as error:
            raise Refused("damaged", why=f"内容有语法错误：{printable(str(error))}") from error

    @property
    def between_rows(self) -> bool:
        """Whether a row of a sheet may come next, and the usual prefixes mean what is usual."""
        return (
            self._sheet is not None
            and not self._in_row
            and not self._skipped
            and all(
                self._prefixes.get(prefix) == {space[:-1]}
                for prefix, space in USUAL_PREFIXES.items()
            )
        )

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise Refused("damaged", why="内容不是 UTF-8 编码")

    def _name_space(self, prefix: str | None, space: str | None) -> None:
        self._prefixes.setdefault(prefix, set()).add(space or "")

    def _doctype(self, *_: object) -> None:
        raise Refused("xml_declarations", part="content.xml")

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._skipped:
            self._skipped += 1
            return
        handler = self._starts.get(name)
        if handler is not None:
            handler(attributes)
        elif self._cell is not None and (not name.startswith(TEXT) or name in NOT_SAID):
            self._skipped = 1

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        handler = self._ends.get(name)
        if handler is not None:
            handler()

    def _spreadsheet(self, _: Attributes) -> None:
        self.is_spreadsheet = True

    def _name_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(f"{STYLE}name", "")

    def _note_display(self, attributes: Attributes) -> None:
        if attributes.get(f"{TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _epoch(self, attributes: Attributes) -> None:
        day = attributes.get(f"{TABLE}date-value", "1899-12-30")
        if day not in EPOCHS:
            raise Refused("damaged", why=f"日期从 {printable(day)} 起算")
        self.date1904 = EPOCHS[day]

    def _outside(self, _: Attributes) -> None:
        raise Refused("external_links")

    def _start_sheet(self, attributes: Attributes) -> None:
        name = attributes.get(f"{TABLE}name", "")
        if self._sheet is not None or name in self.sheets:
            raise Refused("damaged", why=f"工作表“{printable(name)}”重复或在另一张之内")
        visible = attributes.get(f"{TABLE}style-name") not in self._hidden_styles
        self._sheet = self.sheets[name] = OdsSheet(Scanned(name, self._max_rows), visible)
        self._row = 0

    def _end_sheet(self) -> None:
        self._sheet = None

    def _start_row(self, attributes: Attributes) -> None:
        if self._sheet is None or self._sheet.refused is not None:
            self._skipped = 1
            return
        self.begin_row(attributes)

    def begin_row(self, attributes: Attributes) -> None:
        """Begin a row of the sheet."""
        self._in_row = True
        self._cells, self._areas, self._column = [], [], 0
        self._times = self._repeated(attributes, ROWS_REPEATED)
        self._hidden = attributes.get(f"{TABLE}visibility") in HIDDEN

    def end_row(self) -> None:
        """Take the row into the sheet, as often as it stands there."""
        self._in_row = False
        sheet = self._sheet
        if sheet is None or sheet.refused is not None:
            return
        if self._cells:
            try:
                sheet.add(self._row, self._cells, self._times, hidden=self._hidden)
            except Refused as refused:
                sheet.refused = refused
                return
            for top, left, bottom, right in self._areas:
                sheet.found.merged += [
                    Area(top + n, left, bottom + n, right) for n in range(self._times)
                ]
        self._row += self._times

    def _start_cell(self, attributes: Attributes) -> None:
        if self._cell is not None or not self._in_row:
            raise self._damaged("单元格在行以外或在另一个单元格之内")
        self._cell = attributes
        self._parts = []
        self._paragraphs = 0

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        self.add_cell(attributes, "".join(self._parts))

    def add_texts(self, texts: Row) -> None:
        """Add cells that are texts and nothing else."""
        while texts and not texts[-1]:
            texts.pop()
        self._cells = texts

    def add_cell(self, attributes: Attributes, text: str) -> None:
        """Add a cell to the row, as often as it stands there."""
        times = self._repeated(attributes, COLUMNS_REPEATED) if attributes else 1
        column, self._column = self._column, self._column + times
        try:
            value = value_of(attributes, text)
        except ValueError as error:
            self._unreadable(column, str(error))
            return
        if value == "":
            return
        if self._column > MOST_COLUMNS:
            self._unreadable(column, text)
            return
        self._cells.extend([""] * (column - len(self._cells)))
        self._cells.extend([value] * times)
        self._note_span(attributes, column)

    def _unreadable(self, column: int, content: str) -> None:
        if self._sheet is not None:
            self._sheet.refused = Refused(
                "cell_unreadable",
                sheet=printable(self._sheet.name),
                cell=reference(self._row, column),
                content=printable(content),
            )

    def _note_span(self, attributes: Attributes, column: int) -> None:
        wide, high = f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned"
        if wide in attributes or high in attributes:
            right = column + min(self._repeated(attributes, wide), MOST_COLUMNS) - 1
            bottom = self._row + self._repeated(attributes, high) - 1
            if right > column or bottom > self._row:
                self._areas.append(Area(self._row, column, bottom, right))

    def _repeated(self, attributes: Attributes, name: str) -> int:
        text = attributes.get(name, "1")
        if not MOST_REPEATED.fullmatch(text) or not int(text):
            raise self._damaged(f"重复次数“{printable(text)}”不正确")
        return int(text)

    def _damaged(self, what: str) -> Refused:
        name = self._sheet.name if self._sheet else ""
        place = reference(self._row, self._column)
        return Refused("damaged", why=f"工作表“{printable(name)}”{place} 附近：{what}")

    def _start_paragraph(self, _: Attributes) -> None:
        if self._cell is None:
            return
        if self._paragraphs:
            self._parts.append("\n")
        self._paragraphs += 1
        self._expat.CharacterDataHandler = self._characters

    def _end_paragraph(self) -> None:
        self._expat.CharacterDataHandler = None

    def _characters(self, text: str) -> None:
        if not self._skipped:
            self._parts.append(BREAKS.sub(" ", text))

    def _blanks(self, attributes: Attributes) -> None:
        self._say(" " * min(self._repeated(attributes, f"{TEXT}c"), LONGEST_BLANK))

    def _say(self, text: str) -> None:
        if self._cell is not None:
            self._parts.append(text)
