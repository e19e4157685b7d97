"""An OpenDocument spreadsheet (.ods) opened for reading, out of a zip that is not trusted.

It is read by a reader of ours, which scans and reads in one pass: see docs/adr/0025.
"""

from __future__ import annotations

from portal.lib.refused import Refused
from tracing.uploads.workbook.held import HeldRows
from tracing.uploads.workbook.ods_scan import ContentReader
from tracing.uploads.workbook.package import Package, printable, refuse_wide_encoding
from tracing.uploads.workbook.scanned import SheetName

CONTENT = "content.xml"
MANIFEST = "meta-inf/manifest.xml"
MIME = "mimetype"
FAMILY = "application/vnd.oasis.opendocument."
SPREADSHEETS = (f"{FAMILY}spreadsheet", f"{FAMILY}spreadsheet-template")
LONGEST_MIME = 100
MACROS = ("basic/", "scripts/")


class OpenDocument:
    """An open spreadsheet. Raises `Refused` for what is none, or none that may be read.

    `date1904` says that its days count from 1904.
    """

    def __init__(self, package: Package, max_rows: int) -> None:
        _refuse_other_kinds(package)
        for entry in package.entries:
            if entry.endswith((".xml", ".rdf")) and entry != CONTENT:
                package.refuse_declarations(entry)
        reader = ContentReader(max_rows)
        for number, chunk in enumerate(package.stream(CONTENT)):
            if not number:
                refuse_wide_encoding(chunk)
            reader.feed(chunk)
        reader.close()
        parser = reader.parser
        if not parser.is_spreadsheet:
            raise Refused("wrong_type", found="其他 OpenDocument 文件")
        self.date1904 = parser.date1904
        self._sheets = parser.sheets
        self.sheets = [SheetName(sheet.name, sheet.visible) for sheet in parser.sheets.values()]

    def read(self, name: str) -> HeldRows:
        """The rows of a sheet. Raises `Refused` where it cannot be read."""
        return self._sheets[name].held()


def _refuse_other_kinds(package: Package) -> None:
    if MIME in package.entries and package.entries[MIME].file_size <= LONGEST_MIME:
        said = package.read(MIME).decode(errors="replace").strip()
        if said.startswith(FAMILY) and said not in SPREADSHEETS:
            raise Refused("wrong_type", found=f"OpenDocument 文件（{printable(said)}）")
    if MANIFEST in package.entries and b"encryption-data" in package.read(MANIFEST):
        raise Refused("password_protected")
    if any(entry.startswith(MACROS) for entry in package.entries):
        raise Refused("macros")
