"""Workbooks built part by part, so that a test can say exactly what stands in the file.

`xlsx` writes a package from sheets given as XML or as rows; everything a library would put
right by itself (a wrong dimension, a prefix, a lying size) can be left wrong here.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DATE_STYLE, DURATION_STYLE, TEXT_STYLE = 1, 2, 3
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy/m/d\\ hh:mm:ss"/></numFmts>'
    "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
    '<cellStyleXfs><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="46" applyNumberFormat="1"/>'
    '<xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Raw:
    """A cell written as given: its attributes beside `r`, and what stands inside."""

    attributes: str
    inside: str


def column_letters(index: int) -> str:
    """Letters of the column with this number, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_xml(reference: str, value: object) -> str:
    match value:
        case None:
            return ""
        case Raw(attributes, inside):
            return f'<c r="{reference}" {attributes}>{inside}</c>'
        case bool():
            return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{reference}"><v>{value}</v></c>'
        case _:
            text = f'<is><t xml:space="preserve">{escape(str(value))}</t></is>'
            return f'<c r="{reference}" t="inlineStr">{text}</c>'


def rows_xml(rows: Iterable[Sequence[object]], first: int = 1) -> str:
    """The rows of a sheet; an empty sequence leaves the row out but keeps its number."""
    lines = []
    for number, row in enumerate(rows, first):
        cells = (cell_xml(f"{column_letters(i)}{number}", value) for i, value in enumerate(row))
        if row:
            lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(lines)


def sheet_xml(data: str, dimension: str = "", before: str = "", after: str = "") -> str:
    """A worksheet part around the inside of its sheetData."""
    ref = f'<dimension ref="{dimension}"/>' if dimension else ""
    inside = f"{ref}<sheetData>{data}</sheetData>{after}"
    return f'{XML}{before}<worksheet xmlns="{MAIN}">{inside}</worksheet>'


def prefixed(part: bytes) -> bytes:
    """A part with every element under a prefix, as ClosedXML and the Open XML SDK write."""
    named = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", part)
    return named.replace(b"xmlns=", b"xmlns:x=")


def workbook_xml(names: Sequence[str], states: Mapping[str, str], date1904: bool) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"'
        + (f' state="{states[name]}"' if name in states else "")
        + "/>"
        for i, name in enumerate(names, 1)
    )
    date = '<workbookPr date1904="1"/>' if date1904 else "<workbookPr/>"
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{date}<sheets>{sheets}</sheets>'
        "</workbook>"
    )


def relations_xml(count: int) -> str:
    sheets = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, count + 1)
    )
    others = "".join(
        f'<Relationship Id="{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "sharedStrings")
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{sheets}{others}</Relationships>'


def content_types_xml(count: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{kind}.worksheet+xml"/>'
        for i in range(1, count + 1)
    )
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{sheets}'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
        "</Types>"
    )


def parts(
    sheets: Mapping[str, str | Iterable[Sequence[object]]],
    *,
    states: Mapping[str, str] | None = None,
    shared: str = "",
    date1904: bool = False,
) -> dict[str, bytes]:
    """The parts of a package, by name. `shared` is the inside of the shared strings."""
    made = {
        "[Content_Types].xml": content_types_xml(len(sheets)),
        "_rels/.rels": (
            f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": workbook_xml(list(sheets), states or {}, date1904),
        "xl/_rels/workbook.xml.rels": relations_xml(len(sheets)),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}">{shared}</sst>',
    }
    for i, sheet in enumerate(sheets.values(), 1):
        text = sheet if isinstance(sheet, str) else sheet_xml(rows_xml(sheet))
        made[f"xl/worksheets/sheet{i}.xml"] = text
    return {name: text.encode() for name, text in made.items()}


def pack(entries: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these entries, in order; a name may be given twice."""
    held = io.BytesIO()
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED
            )
    return held.getvalue()


def xlsx(
    sheets: Mapping[str, str | Iterable[Sequence[object]]],
    extra: Mapping[str, bytes] | None = None,
    *,
    states: Mapping[str, str] | None = None,
    shared: str = "",
    date1904: bool = False,
) -> bytes:
    """A workbook. A sheet is its whole XML or rows of values; `extra` adds or replaces parts."""
    made = parts(sheets, states=states, shared=shared, date1904=date1904)
    return pack({**made, **(extra or {})})
