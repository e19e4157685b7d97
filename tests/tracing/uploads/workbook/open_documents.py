"""OpenDocument spreadsheets built part by part, as `workbooks` builds those of Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from tests.tracing.uploads.workbook.workbooks import Raw, pack

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = {
    **{name: f"{OASIS}{name}:1.0" for name in ("office", "table", "text", "style", "drawing")},
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}
MIME = "application/vnd.oasis.opendocument.spreadsheet"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
HIDDEN = (
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def paragraph(text: object) -> str:
    """A paragraph; `Raw` says what stands inside."""
    return f"<text:p>{text.inside if isinstance(text, Raw) else escape(str(text))}</text:p>"


def cell_xml(value: object) -> str:
    """A cell; `Raw` is a cell with these attributes and this inside."""
    attributes = {}
    match value:
        case None | "":
            return "<table:table-cell/>"
        case Raw(given, inside):
            return f"<table:table-cell {given}>{inside}</table:table-cell>"
        case bool():
            attributes = {"value-type": "boolean", "boolean-value": str(value).lower()}
        case int() | float():
            attributes = {"value-type": "float", "value": str(value)}
        case date() | datetime():
            attributes = {"value-type": "date", "date-value": value.isoformat()}
        case _:
            attributes = {"value-type": "string"}
    written = "".join(f" office:{name}={quoteattr(text)}" for name, text in attributes.items())
    return f"<table:table-cell{written}>{paragraph(value)}</table:table-cell>"


def row_xml(cells: Sequence[object], attributes: str = "") -> str:
    """A row of these cells."""
    opening = f"<table:table-row {attributes}>" if attributes else "<table:table-row>"
    return f"{opening}{''.join(map(cell_xml, cells)) or '<table:table-cell/>'}</table:table-row>"


def table_xml(name: str, inside: str, attributes: str = "") -> str:
    return f"<table:table table:name={quoteattr(name)} {attributes}>{inside}</table:table>"


def content(tables: str, *, before: str = "", prologue: str = XML) -> bytes:
    """The part with the cells; `before` stands before its tables."""
    spaces = "".join(f" xmlns:{prefix}={quoteattr(space)}" for prefix, space in SPACES.items())
    return (
        f"{prologue}<office:document-content{spaces}><office:automatic-styles>{HIDDEN}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{before}{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def ods(
    sheets: Mapping[str, str | Iterable[Sequence[object]]],
    extra: Mapping[str, bytes] | None = None,
    *,
    hidden: Iterable[str] = (),
    date1904: bool = False,
) -> bytes:
    """A spreadsheet. A sheet is rows of values or the XML of its rows; `extra` adds or replaces
    parts."""
    hiding = 'table:style-name="hidden"'
    tables = "".join(
        table_xml(
            name,
            rows if isinstance(rows, str) else "".join(map(row_xml, rows)),
            hiding if name in hidden else "",
        )
        for name, rows in sheets.items()
    )
    epoch = (
        "<table:calculation-settings>"
        '<table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    )
    made = {
        "mimetype": MIME.encode(),
        "content.xml": content(tables, before=epoch if date1904 else ""),
        "META-INF/manifest.xml": f"{XML}<manifest/>".encode(),
    }
    return pack({**made, **(extra or {})})
