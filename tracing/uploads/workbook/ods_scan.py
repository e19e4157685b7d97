"""Reads the content of an OpenDocument spreadsheet: plain rows by pattern, all else by expat.

Expat takes ten microseconds for each cell, which is minutes for a long sheet. A row is plain when
nothing stands in it but cells with one paragraph of text each, written as all writers write them,
without entities. What is between rows, and every other row, goes to expat, so that it sees a
document without the plain rows. Both fill in the same rows by the same means.
"""

from __future__ import annotations

import re

from tracing.uploads.workbook.ods_cells import (
    ERROR_TYPE,
    SHOWN_TYPE,
    TABLE,
    VALUE_TYPE,
    Attributes,
)
from tracing.uploads.workbook.ods_xml import USUAL_PREFIXES, ContentParser

ROW, ROW_END = b"<table:table-row", "</table:table-row>"
DECLARATION, DECLARATION_END = b"<?xml", b"?>"
LONGEST_ROW = 8 << 20  # bytes; a row that goes on longer is no plain one
CELL, PARAGRAPH, CELL_END = "<table:table-cell", "><text:p>", "</text:p></table:table-cell>"
NO_CONTENT = "/>"
TAGS = 4  # of a cell with a paragraph
ATTRIBUTE = re.compile(r' ([a-z]+):([a-z-]+)="([^"]*)"')
# Breaks, and what XML does not allow.
CONTROLS = bytes(range(0x20))
NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
MOST_KNOWN = 10_000
SAY_NOTHING = (f"{TABLE}style-name", f"{TABLE}content-validation-name", SHOWN_TYPE)
# Of a cell that holds its text; without a type it is read as the same.
TEXT_ALONE: Attributes = {VALUE_TYPE: "string"}


class ContentReader:
    """Feed it content.xml, then close it; `parser` then knows the sheets."""

    def __init__(self, max_rows: int) -> None:
        self.parser = ContentParser(max_rows)
        self._held = b""
        self._plain = True  # no longer once the rows cannot be told apart
        self._begun = False
        self._known: dict[str, Attributes | None] = {}

    def feed(self, chunk: bytes) -> None:
        """Read a part of the content. Raises `Refused`."""
        self._held += chunk
        if not self._begun:
            self._begin()
        # Within a comment there are no rows.
        if b"<!" in self._held or b"<?" in self._held or len(self._held) > LONGEST_ROW + len(chunk):
            self._plain = False
        if not self._plain:
            self._pass()
            return
        cut = self._held.rfind(ROW)
        if cut > 0:
            block, self._held = self._held[:cut], self._held[cut:]
            self._take(block)

    def close(self) -> None:
        """Say that this was all. Raises `Refused`."""
        if self._plain:
            self._take(self._held)
        else:
            self._pass()
        self.parser.feed(b"", last=True)

    def _begin(self) -> None:
        end = self._held.find(DECLARATION_END)
        if self._held.startswith(DECLARATION) and end >= 0:
            end += len(DECLARATION_END)
            self.parser.feed(self._held[:end])
            self._held = self._held[end:]
        self._begun = True

    def _pass(self) -> None:
        self.parser.feed(self._held)
        self._held = b""

    def _take(self, block: bytes) -> None:
        """Read a block that ends before a row, or with the content."""
        try:
            first, *pieces = block.decode().split(ROW.decode())
        except UnicodeDecodeError:
            pieces = []
        if not pieces or not _is_usual(block):
            self.parser.feed(block)
            return
        self.parser.feed(first.encode())
        for piece in pieces:
            row, end, tail = piece.partition(ROW_END)
            if end and self.parser.between_rows and self._row(row):
                if tail:
                    self.parser.feed(tail.encode())
            else:
                self.parser.feed(ROW + piece.encode())

    def _row(self, row: str) -> bool:
        """Read a plain row; says no to another, of which nothing was read."""
        written, _, body = row.partition(">")
        cells = _cells(body)
        if cells is None:
            return False
        attributes, *kinds = map(self._attributes, (written, *(opening for opening, _ in cells)))
        if attributes is None or None in kinds:
            return False
        self.parser.begin_row(attributes)
        if kinds.count(TEXT_ALONE) == len(kinds):
            self.parser.add_texts([text for _, text in cells])
        else:
            for kind, (_, text) in zip(kinds, cells, strict=True):
                self.parser.add_cell(kind or {}, text)
        self.parser.end_row()
        return True

    def _attributes(self, written: str) -> Attributes | None:
        """Attributes as they are written; None where that is not as writers write them."""
        if written not in self._known:
            if len(self._known) == MOST_KNOWN:
                self._known.clear()
            self._known[written] = _attributes(written)
        return self._known[written]


def _is_usual(block: bytes) -> bool:
    return len(block.translate(None, CONTROLS)) == len(block) and not any(
        character in block for character in NO_CHARACTERS
    )


def _cells(body: str) -> list[tuple[str, str]] | None:
    """The cells of a row, each as the opening of its tag and its text; None if there is more to
    it: there are as many tags as these cells have, or it is no plain row."""
    cells: list[tuple[str, str]] = []
    *filled, last = body.split(CELL_END)
    for piece in filled:
        opening, paragraph, text = piece.partition(PARAGRAPH)
        if not paragraph:
            return None
        if NO_CONTENT in opening:
            *empty, opening = opening.split(NO_CONTENT)
            cells += [(written, "") for written in empty]
        cells.append((opening, text))
    *empty, rest = last.split(NO_CONTENT)
    cells += [(written, "") for written in empty]
    tags = TAGS * len(filled) + len(cells) - len(filled)
    if rest or "&" in body or body.count("<") != tags or body.count(">") != tags:
        return None
    return cells if all(opening.startswith(CELL) for opening, _ in cells) else None


def _attributes(written: str) -> Attributes | None:
    """The attributes but for those that say nothing of the content."""
    found: Attributes = {}
    at = len(CELL) if written.startswith(CELL) else 0
    for attribute in ATTRIBUTE.finditer(written):
        prefix, name, value = attribute.groups()
        name = USUAL_PREFIXES.get(prefix, f"{prefix}:") + name
        if attribute.start() != at or name in found:
            return None
        found[name], at = value, attribute.end()
    if at < len(written):
        return None
    heeded = {name: value for name, value in found.items() if name not in SAY_NOTHING}
    if found.get(SHOWN_TYPE) == ERROR_TYPE:
        heeded[SHOWN_TYPE] = ERROR_TYPE
    return heeded or TEXT_ALONE
