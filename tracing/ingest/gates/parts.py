"""Which sheets a .xlsx file has, and which part of the package holds each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from tracing.ingest.gates.package import Package, printable
from tracing.ingest.gates.refused import Refused

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
# What else may lie in a zip with a workbook's magic bytes, by an entry that gives it away.
OTHER_KINDS = {
    "xl/workbook.bin": ("is_xlsb", ()),
    "content.xml": ("is_ods", ()),
    "word/document.xml": ("wrong_type", ("Word 文档",)),
    "ppt/presentation.xml": ("wrong_type", ("PowerPoint 文稿",)),
}


class SheetPart(NamedTuple):
    """A sheet of the workbook: its name and the entry with its cells."""

    name: str
    entry: str


def refuse_other_kinds(package: Package) -> None:
    """Refuse zips that are no plain .xlsx: another kind, with macros, with outside links."""
    for entry, refusal in OTHER_KINDS.items():
        if entry in package.entries:
            raise Refused(*refusal)
    if WORKBOOK not in package.entries or RELATIONS not in package.entries:
        raise Refused("is_zip")
    for entry in package.entries:
        if entry.rpartition("/")[2] == "vbaproject.bin":
            raise Refused("macros")
        if entry.startswith("xl/externallinks/"):
            raise Refused("external_links")


def refuse_declarations(package: Package) -> None:
    """Refuse a DTD in any part but the sheets, which are looked through when they are scanned."""
    for entry in package.entries:
        if entry.endswith((".xml", ".rels")) and not entry.startswith("xl/worksheets/"):
            package.refuse_declarations(entry)


def sheet_parts(package: Package) -> list[SheetPart]:
    """The sheets in the workbook's order, chart sheets and others without cells included."""
    targets = _relations(package.read(RELATIONS))
    parts = []
    for name, relation in _sheets(package.read(WORKBOOK)):
        target = targets.get(relation, "")
        # The same rule as the reader's: absolute from the package, else beside the workbook.
        entry = target[1:] if target.startswith("/") else f"xl/{target}"
        parts.append(SheetPart(name, entry.lower()))
    names = [part.name for part in parts]
    if len(set(names)) < len(names):
        raise Refused("damaged", ("有两张同名的工作表",))
    return parts


def _relations(xml: bytes) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == "Relationship":
            found[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(xml, start)
    return found


def _sheets(xml: bytes) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == "sheet":
            ids = [value for key, value in attributes.items() if key.endswith(" id")]
            found.append((attributes.get("name", ""), ids[0] if ids else ""))

    _parse(xml, start)
    return found


def _parse(xml: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise Refused("damaged", (f"工作簿目录有语法错误：{printable(str(error))}",)) from error
