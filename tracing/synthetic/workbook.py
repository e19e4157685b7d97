"""Writing a workbook whose cells have the types that people's files have.

Error cells, formulas that were never calculated and numbers among texts are part of what samples
must show, and no writer in use here can put them beside texts; so the few parts of a workbook are
written out, with a table of shared strings as Excel saves it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from portal.lib.no_value import FORMULA
from tracing.records.terms import Cell, ErrorCell
from tracing.uploads.workbook.namespaces import LINKS, MAIN, PACKAGE
from tracing.uploads.workbook.scanned import letters

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ROWS_PER_BLOCK = 2_000


@dataclass(frozen=True)
class SheetData:
    """One sheet: its name, its heading row, and the cells below, column by column."""

    name: str
    headings: Sequence[str]
    columns: Sequence[Sequence[Cell]]


class Strings:
    """The table of shared strings: each text once."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.uses = 0

    def place(self, text: str) -> int:
        """The number by which cells refer to a text."""
        self.uses += 1
        return self.places.setdefault(text, len(self.places))

    def xml(self) -> str:
        """The part that holds them."""
        items = "".join(
            f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.places
        )
        counts = f'count="{self.uses}" uniqueCount="{len(self.places)}"'
        return f'{XML}<sst xmlns="{MAIN}" {counts}>{items}</sst>'


def write(path: Path, sheets: Sequence[SheetData]) -> None:
    """Write a workbook. Its cells follow from the data; the file carries an identifier of its
    own, so that the same rows written twice are two files."""
    strings = Strings()
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=3) as file:
        for number, sheet in enumerate(sheets, start=1):
            with file.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for block in _sheet(sheet, strings):
                    part.write(block.encode())
        file.writestr("xl/sharedStrings.xml", strings.xml())
        for name, text in _frame([sheet.name for sheet in sheets]):
            file.writestr(name, text)


def _sheet(sheet: SheetData, strings: Strings) -> Iterator[str]:
    """The XML of a sheet in blocks of rows."""
    places = [letters(place) for place in range(len(sheet.headings))]
    rows = len(sheet.columns[0]) if sheet.columns else 0
    yield f'{XML}<worksheet xmlns="{MAIN}"><dimension ref="A1:{places[-1]}{rows + 1}"/><cols>'
    for place in range(1, len(places) + 1):
        yield f'<col min="{place}" max="{place}" width="24" style="1" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield _row(
        1, [_cell(f"{a}1", text, strings) for a, text in zip(places, sheet.headings, strict=True)]
    )
    columns = [
        [_cell(f"{letter}{number}", cell, strings) for number, cell in enumerate(column, start=2)]
        for letter, column in zip(places, sheet.columns, strict=True)
    ]
    for first in range(0, rows, ROWS_PER_BLOCK):
        block = zip(*(column[first : first + ROWS_PER_BLOCK] for column in columns), strict=True)
        yield "".join(_row(number, cells) for number, cells in enumerate(block, start=first + 2))
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, cell: Cell, strings: Strings) -> str:
    """The XML of one cell; style 1 is the text format."""
    if type(cell) is str:
        return f'<c r="{place}" s="1" t="s"><v>{strings.place(cell)}</v></c>'
    if cell is None:
        return ""
    if isinstance(cell, ErrorCell):
        if cell.text == FORMULA:
            return f'<c r="{place}"><f>B1</f></c>'
        return f'<c r="{place}" t="e"><v>{escape(cell.text)}</v></c>'
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f'<c r="{place}"><v>{cell!r}</v></c>'
    raise TypeError(f"samples hold no cells of type {type(cell).__name__}")


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The parts that make sheets a workbook: (name, text)."""
    places = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        f'ContentType="{WORKBOOK_TYPE}.worksheet+xml"/>'
        for n in places
    )
    yield "[Content_Types].xml", CONTENT_TYPES.format(sheets=types)
    yield "_rels/.rels", ROOT_LINKS
    yield "docProps/core.xml", CORE.format(id=uuid.uuid4(), now=f"{datetime.now(UTC):%FT%TZ}")
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(places, names, strict=True)
    )
    yield "xl/workbook.xml", WORKBOOK.format(sheets=sheets)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in places
    )
    yield "xl/_rels/workbook.xml.rels", WORKBOOK_LINKS.format(sheets=links)
    yield "xl/styles.xml", STYLES


CONTENT_TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{WORKBOOK_TYPE}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{WORKBOOK_TYPE}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "{sheets}</Types>"
)
ROOT_LINKS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
CORE = (
    f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dcterms:created xsi:type="dcterms:W3CDTF">{now}</dcterms:created>'
    "<dc:identifier>{id}</dc:identifier></cp:coreProperties>"
)
WORKBOOK = f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{{sheets}}</sheets></workbook>'
WORKBOOK_LINKS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{{sheets}}'
    f'<Relationship Id="rIdStrings" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rIdStyles" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>'
)
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
