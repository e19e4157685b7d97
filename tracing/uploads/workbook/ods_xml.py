"""The content of an OpenDocument spreadsheet, parsed with expat into the rows of its sheets.

A cell or a row may say that it is repeated a million times. Empty ones are only counted; what is
repeated with content is measured before it is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from portal.lib.refused import Refused
from tracing.uploads.workbook.held import NOTHING, HeldRows, Row
from tracing.uploads.workbook.ods_cells import (
    COMPUTED,
    OFFICE,
    TABLE,
    TEXT,
    VALUE_TYPE,
    Attributes,
    value_of,
)
from tracing.uploads.workbook.package import printable
from tracing.uploads.workbook.scanned import Area, Scanned, reference

STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
MOST_COLUMNS = 16_384
MOST_REPEATED = re.compile(r"[0-9]{1,9}")
BLANKS = re.compile(r"[ \t\r\n]+")
HIDDEN = ("collapse", "filter")
EPOCHS = {"1899-12-30": False, "1904-01-01": True}
# In the namespace of texts, but not what the cell says: readings above it, remarks beside it.
NOT_SAID = (f"{TEXT}ruby-text", f"{TEXT}note")
LONGEST_BLANK = 1 << 15


@dataclass
class OdsSheet:
    """A sheet while it is read. `refused`: why it cannot be."""

    found: Scanned
    visible: bool
    rows: list[Row] = field(default_factory=list)
    filled: int = 0
    refused: Refused | None = None

    @property
    def name(self) -> str:
        return self.found.sheet

    def held(self) -> HeldRows:
        """Its rows. Raises `Refused`."""
        if self.refused is not None:
            raise self.refused
        return HeldRows(self.found, self.rows)

    def add(self, row: int, cells: Row, times: int, *, hidden: bool) -> None:
        """Take a row with content that stands so many times from `row` on. Raises `Refused`."""
        self.filled += times
        self.found.reach(row + times - 1, len(cells) - 1)
        self.found.judge_count(self.filled)
        self.found.judge()
        self.rows.extend([NOTHING] * (row - len(self.rows)))
        self.rows.extend([cells] * times)
        if hidden:
            self.found.hidden.update(range(row, row + times))


class ContentParser:
    """Feed it content.xml; then `sheets` are those that it holds, by name."""

    def __init__(self, max_rows: int) -> None:
        self.sheets: dict[str, OdsSheet] = {}
        self.date1904 = False
        self.is_spreadsheet = False
        self._max_rows = max_rows
        self._sheet: OdsSheet | None = None
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._row, self._times, self._hidden = 0, 1, False
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
            f"{TABLE}table-row": self._end_row,
            f"{TABLE}table-cell": self._end_cell,
            f"{TABLE}covered-table-cell": self._end_cell,
            f"{TEXT}p": self._end_paragraph,
        }
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Parse a part of the content. Raises `Refused`."""
        try:
            self._expat.Parse(chunk, last)
        except expat.ExpatError as error:
            raise Refused("damaged", why=f"内容有语法错误：{printable(str(error))}") from error

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
        self._cells, self._areas, self._column = [], [], 0
        self._times = self._repeated(attributes, f"{TABLE}number-rows-repeated")
        self._hidden = attributes.get(f"{TABLE}visibility") in HIDDEN

    def _end_row(self) -> None:
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
        if self._cell is not None or self._sheet is None:
            raise self._damaged("单元格在行以外或在另一个单元格之内")
        self._cell = attributes
        self._parts = []
        self._paragraphs = 0

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell or {}, None
        times = 1
        if f"{TABLE}number-columns-repeated" in attributes:
            times = self._repeated(attributes, f"{TABLE}number-columns-repeated")
        column, self._column = self._column, self._column + times
        if not self._parts and VALUE_TYPE not in attributes and COMPUTED not in attributes:
            return
        text = "".join(self._parts)
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
            self._parts.append(BLANKS.sub(" ", text))

    def _blanks(self, attributes: Attributes) -> None:
        self._say(" " * min(self._repeated(attributes, f"{TEXT}c"), LONGEST_BLANK))

    def _say(self, text: str) -> None:
        if self._cell is not None:
            self._parts.append(text)
