"""What a .xlsx file holds: which sheets, and in which part of the package each is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from portal.lib.refused import Refused, refusal
from tracing.uploads.workbook.package import Package, printable

WORKBOOK = "xl/workbook.xml"
FOLDER = "xl/"
RELATIONS = "xl/_rels/workbook.xml.rels"
ROOT = "_rels/.rels"
# Kinds of relations, as the last part of their types, which standards begin differently.
OFFICE, WORKSHEET, STRINGS, STYLES = "officeDocument", "worksheet", "sharedStrings", "styles"
WITHOUT_CELLS = ("chartsheet", "dialogsheet")
VISIBLE = "visible"
STATES = (VISIBLE, "hidden", "veryHidden")
# What else may lie in a zip with a workbook's magic bytes, by an entry that gives it away.
OTHER_KINDS = {
    "xl/workbook.bin": refusal("is_xlsb"),
    "word/document.xml": refusal("wrong_type", found="Word 文档"),
    "ppt/presentation.xml": refusal("wrong_type", found="PowerPoint 文稿"),
}


class SheetPart(NamedTuple):
    """A sheet of the workbook: its name, its state, and the entry with its cells."""

    name: str
    state: str
    entry: str


class Directory(NamedTuple):
    """What the workbook's own directory says: its sheets with cells, the entries that they share
    (None for one that is not named), and whether its days count from 1904."""

    sheets: list[SheetPart]
    strings: str | None
    styles: str | None
    date1904: bool


class Relation(NamedTuple):
    """Where a relation leads: its kind, and the entry in the package."""

    kind: str
    entry: str


def refuse_other_kinds(package: Package) -> None:
    """Refuse zips that are no plain .xlsx: another kind, with macros, with outside links."""
    for entry, why in OTHER_KINDS.items():
        if entry in package.entries:
            raise Refused.of(why)
    if not package.entries.keys() >= {WORKBOOK, RELATIONS, ROOT}:
        raise Refused("is_zip")
    for entry in package.entries:
        if entry.rpartition("/")[2] == "vbaproject.bin":
            raise Refused("macros")
        if entry.startswith("xl/externallinks/"):
            raise Refused("external_links")


def refuse_declarations(package: Package, directory: Directory) -> None:
    """Refuse a DTD in any part but the sheets, which are looked through when they are scanned."""
    sheets = {sheet.entry for sheet in directory.sheets}
    shared = (directory.strings, directory.styles)
    for entry in package.entries:
        is_xml = entry.endswith((".xml", ".rels")) and entry not in sheets
        if is_xml or entry in shared:
            package.refuse_declarations(entry)


def directory(package: Package) -> Directory:
    """Read the workbook's directory. Raises `Refused` where it leaves open what is meant."""
    office = [t.entry for t in _relations(package, ROOT, "").values() if t.kind == OFFICE]
    if office != [WORKBOOK]:
        raise Refused("damaged", why=f"工作簿不在“{WORKBOOK}”")
    targets = _relations(package, RELATIONS, FOLDER)
    listed, date1904 = _listed(package.read(WORKBOOK))
    sheets = [
        SheetPart(name, state, targets[relation].entry)
        for name, state, relation in listed
        if _has_cells(name, targets.get(relation))
    ]
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise Refused("damaged", why="有两张同名的工作表")
    return Directory(sheets, _shared(targets, STRINGS), _shared(targets, STYLES), date1904)


def _has_cells(name: str, target: Relation | None) -> bool:
    if target is None or target.kind not in (WORKSHEET, *WITHOUT_CELLS):
        raise Refused("damaged", why=f"工作表“{printable(name)}”没有可识别的内容")
    return target.kind == WORKSHEET


def _shared(targets: dict[str, Relation], kind: str) -> str | None:
    found = {target.entry for target in targets.values() if target.kind == kind}
    if len(found) > 1:
        raise Refused("damaged", why=f"有几个“{kind}”部件")
    return found.pop() if found else None


def _relations(package: Package, entry: str, folder: str) -> dict[str, Relation]:
    """The relations of a part in `folder`, by their ids."""
    found: dict[str, Relation] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] != "Relationship":
            return
        identifier, target = attributes.get("Id", ""), attributes.get("Target", "")
        if identifier in found:
            raise Refused("damaged", why=f"工作簿目录里“{printable(identifier)}”出现了两次")
        kind = attributes.get("Type", "").rpartition("/")[2]
        # Absolute from the package, else beside the part.
        path = target[1:] if target.startswith("/") else f"{folder}{target}"
        found[identifier] = Relation(kind, path.lower())

    _parse(package.read(entry), start, entry)
    return found


def _listed(xml: bytes) -> tuple[list[tuple[str, str, str]], bool]:
    """Each sheet's name, state and relation, and whether days count from 1904."""
    sheets: list[tuple[str, str, str]] = []
    epochs = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "workbookPr":
            epochs.append(attributes.get("date1904", "0") in ("1", "true"))
        elif local == "sheet":
            ids = {value for key, value in attributes.items() if key.endswith(" id")}
            state = attributes.get("state", VISIBLE)
            if len(ids) != 1 or state not in STATES:
                raise Refused("damaged", why=f"工作表“{printable(attributes.get('name', ''))}”")
            sheets.append((attributes.get("name", ""), state, ids.pop()))

    _parse(xml, start, WORKBOOK)
    return sheets, epochs[-1]


def _parse(xml: bytes, start: Callable[[str, dict[str, str]], None], entry: str) -> None:
    def doctype(*_: object) -> None:
        raise Refused("xml_declarations", part=printable(entry))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise Refused("damaged", why=f"工作簿目录有语法错误：{printable(str(error))}") from error
