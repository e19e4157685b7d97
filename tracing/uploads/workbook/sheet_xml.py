"""A worksheet's XML parsed with expat: every cell's place, and what it holds instead of a value.

What the reader would understand in another way than this is refused: a second block of rows, a
cell inside a cell, two values, foreign elements among the cells, a row or a cell given twice.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from portal.lib.no_value import FORMULA
from portal.lib.refused import Refused
from tracing.uploads.workbook.namespaces import MAIN, STRICT_MAIN
from tracing.uploads.workbook.package import printable
from tracing.uploads.workbook.scanned import FARTHEST_DAY, Area, Scanned, reference

NAMESPACES = (MAIN, STRICT_MAIN)
REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
# Of a shared text; another number is read as another text.
INDEX = re.compile(r"[0-9]{0,9}")
YES = ("1", "true")
ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii")


def column_index(letters: str) -> int:
    """The number of a column, from 0."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


class SheetParser:
    """Feed it a worksheet, whole or without blocks of rows that were skipped with `skip_to`."""

    def __init__(self, found: Scanned) -> None:
        self.found = found
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.buffer_text = True
        self.expat.XmlDeclHandler = self._declared
        self.expat.StartDoctypeDeclHandler = self._doctype
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.StartCdataSectionHandler = self._cdata
        self.blocks = 0
        self.in_data = False
        self.row = -1
        self.column = -1
        self.filled: set[int] = set()  # columns of the row's cells with content
        self.in_cell = False
        self._new_cell("")

    def feed(self, chunk: bytes) -> None:
        try:
            self.expat.Parse(chunk, False)
        except expat.ExpatError as error:
            raise self._damaged("XML 有语法错误") from error

    def close(self) -> None:
        """Say that this was all. Raises `Refused` for a part that ends too early."""
        try:
            self.expat.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._damaged("XML 没有结束") from error
        if self.blocks != 1:
            raise self._damaged("没有数据区")

    def skip_to(self, number: int) -> None:
        """Go on as if the row with this number, counted from 1, had just ended."""
        self.row = number - 1

    def _damaged(self, what: str) -> Refused:
        place = reference(max(self.row, 0), max(self.column, 0))
        return Refused("damaged", why=f"工作表“{printable(self.found.sheet)}”{place} 附近：{what}")

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ENCODINGS:
            raise Refused("damaged", why="内容不是 UTF-8 编码")

    def _doctype(self, *_: object) -> None:
        raise Refused("xml_declarations", part=printable(self.found.sheet))

    def _cdata(self) -> None:
        if self.in_cell and not self.inline:
            raise self._damaged("单元格的值写成了 CDATA")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self.in_data:
            if namespace not in NAMESPACES:
                raise self._damaged("单元格之间有其他内容")
            if self.in_cell:
                self._start_in_cell(local, attributes)
            else:
                self._start_row_or_cell(local, attributes)
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif local == "sheetData" and namespace in NAMESPACES:
            self.in_data = True
            self.blocks += 1
            if self.blocks > 1:
                raise self._damaged("有两个数据区")

    def _merge(self, area: str) -> None:
        corners = [REFERENCE.fullmatch(corner) for corner in area.split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = corners[0].groups(), corners[1].groups()
            first, last = column_index(left), column_index(right)
            self.found.merged.append(Area(int(top) - 1, first, int(bottom) - 1, last))

    def _start_row_or_cell(self, local: str, attributes: dict[str, str]) -> None:
        if local == "row":
            self._start_row(attributes.get("r"))
            if attributes.get("hidden") in YES:
                self.found.hidden.add(self.row)
        elif local == "c":
            self._start_cell(attributes.get("r"))
            self._new_cell(attributes.get("t", ""))
        else:
            raise self._damaged("单元格之间有其他内容")

    def _start_row(self, number: str | None) -> None:
        if number is None:
            self.row += 1
        elif number.isascii() and number.isdigit() and 0 < len(number) < 8 and int(number):
            self.row = int(number) - 1
        else:
            raise self._damaged(f"行号“{printable(number)}”不正确")
        self.column = -1
        self.filled = set()

    def _start_cell(self, place: str | None) -> None:
        self.in_cell = True
        self.column += 1
        if place is None:
            return
        match = REFERENCE.fullmatch(place)
        if match is None or int(match[2]) != self.row + 1:
            raise self._damaged(f"单元格位置“{printable(place)}”不正确")
        self.column = column_index(match[1])

    def _new_cell(self, kind: str) -> None:
        self.kind = kind
        self.values = 0
        self.formula = self.inline = False
        self.text: list[str] = []

    def _start_in_cell(self, local: str, _attributes: dict[str, str]) -> None:
        if local == "v":
            self.values += 1
            self.expat.CharacterDataHandler = self.text.append
        elif local == "f":
            self.formula = True
        elif local == "is":
            if self.inline:
                raise self._damaged("一个单元格里有两个值")
            self.inline = True
        elif local in ("c", "row"):
            raise self._damaged("单元格没有结束")
        if self.values + self.inline > 1:
            raise self._damaged("一个单元格里有两个值")

    def _end(self, name: str) -> None:
        if not self.in_data:
            return
        local = name.rpartition(" ")[2]
        if local == "v":
            self.expat.CharacterDataHandler = None
        elif local == "c":
            self.in_cell = False
            self._end_cell()
        elif local == "sheetData":
            self.in_data = False

    def _end_cell(self) -> None:
        if not (self.values or self.formula or self.inline):
            return
        if not self.filled and self.row in self.found.rows:
            raise self._damaged(f"第 {self.row + 1} 行出现了两次")
        if self.column in self.filled:
            raise self.found.repeated(self.row, self.column)
        self.filled.add(self.column)
        self.found.add(self.row, self.column)
        value = "".join(self.text)
        if self.kind == "s" and not INDEX.fullmatch(value):
            raise self._damaged(f"文本编号“{printable(value)}”不正确")
        if self.kind == "e":
            self.found.errors[self.row, self.column] = value or "#N/A"
        elif self.formula and not value and not (self.values and self.kind == "str"):
            self.found.errors[self.row, self.column] = FORMULA


class Mender(SheetParser):
    """Takes numbers out of a sheet that no calendar has: where such a cell is styled as a date, the
    reader fails on its whole row.

    `numbers` are what was taken out, by row and column from 0; `mended` is the sheet with 0 there.
    """

    def __init__(self, found: Scanned, data: bytes) -> None:
        super().__init__(found)
        self.data = data
        self.start = self.end = 0
        self.numbers: dict[int, dict[int, float]] = {}
        self.places: list[tuple[int, int]] = []  # of their digits in the data
        self.feed(data)
        self.close()

    def mended(self) -> bytes:
        """The sheet without those numbers."""
        pieces: list[bytes] = []
        at = 0
        for start, end in self.places:
            pieces += [self.data[at:start], b"0"]
            at = end
        return b"".join([*pieces, self.data[at:]])

    def _start_in_cell(self, local: str, attributes: dict[str, str]) -> None:
        super()._start_in_cell(local, attributes)
        if local == "v":
            self.start = self.data.index(b">", self.expat.CurrentByteIndex) + 1

    def _end(self, name: str) -> None:
        if self.in_cell and name.rpartition(" ")[2] == "v":
            self.end = self.expat.CurrentByteIndex
        super()._end(name)

    def _end_cell(self) -> None:
        super()._end_cell()
        try:
            number = float("".join(self.text)) if self.kind in ("", "n") else 0
        except ValueError:
            return
        if not abs(number) <= FARTHEST_DAY:
            self.numbers.setdefault(self.row, {})[self.column] = number
            self.places.append((self.start, self.end))


class Diagnosis(SheetParser):
    """Looks for the first cell that the reader cannot read, after it has failed."""

    ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", ""))
    KINDS = frozenset(("", "n", "b", "e", "s", "str", "inlineStr", "d"))

    def __init__(self, found: Scanned) -> None:
        super().__init__(found)
        self.cell: tuple[str, str] | None = None  # place and content, once found

    def _end_cell(self) -> None:
        super()._end_cell()
        value = "".join(self.text)
        if self.cell is None and self._unreadable(value):
            self.cell = reference(self.row, self.column), printable(value)

    def _unreadable(self, value: str) -> bool:
        match self.kind:
            case "e":
                return value not in self.ERRORS
            case "b":
                return value.strip().lower() not in ("", "0", "1", "true", "false")
            case "n":
                return bool(value) and not NUMBER.fullmatch(value)
            case kind:
                return kind not in self.KINDS
