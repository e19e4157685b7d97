"""Scan the XML of a worksheet while it is unpacked, for what the fast reader does not tell.

The reader shows error cells and formulas without a result as empty, and allocates the rectangle
around the farthest cell. So every sheet is scanned first: by expat where anything is unusual, and
by counting tags where a block of rows is plainly written. A block is plain when every tag in it is
one of the few that ordinary writers use, every row and cell says once where it stands, and no cell
is typed as an error; then counting tells the same as parsing, many times faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracing.uploads.workbook.package import refuse_wide_encoding
from tracing.uploads.workbook.scanned import Scanned
from tracing.uploads.workbook.sheet_xml import SheetParser

FIRST_ROW = re.compile(rb"<((?:[A-Za-z_][A-Za-z0-9_.-]*:)?)row ")
UNKNOWN_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")
SMALLEST_BLOCK = 2 << 10  # bytes; halving a smaller block costs more than parsing it
LONGEST_ROW = 8 << 20  # bytes; a block without a row's beginning is no longer held back


def scan(chunks: Iterable[bytes], found: Scanned) -> None:
    """Fill `found` from the unpacked XML of a sheet; raises `Refused`."""
    scanner = _Scanner(found)
    for chunk in chunks:
        scanner.feed(chunk)
    scanner.close()
    found.judge()


class _Tags:
    """The tags of plain rows as one sheet writes them, `<row>` or with a prefix `<x:row>`."""

    def __init__(self, prefix: bytes) -> None:
        self.any_row = b"<%brow " % prefix
        self.row = b'<%brow r="' % prefix
        self.cell = b'<%bc r="' % prefix
        self.value = b"<%bv>" % prefix
        self.value_end = b"</%bv></%bc>" % (prefix, prefix)
        self.inline = b"<%bis>" % prefix
        self.inline_end = b"</%bis></%bc>" % (prefix, prefix)
        self.texts = (b"<%bt>" % prefix, b'<%bt xml:space="preserve">' % prefix)
        self.data_end = b"</%bsheetData>" % prefix
        # A cell right of AZ, or one that does not name its place the usual way.
        self.far_column = re.compile(re.escape(self.cell) + rb"(?!A?[A-Z][0-9])")
        # A cell of a shared text that does not say which by a plain number.
        self.odd_index = re.compile(rb'"s"[^<]*' + re.escape(self.value) + rb"(?![0-9]{1,9}<)")
        self.hidden = re.compile(re.escape(self.row) + rb'([0-9]+)"[^>]* hidden="(?:1|true)"')
        self.place = re.compile(re.escape(self.cell) + rb'([A-Z]+[0-9]+)"')


class _Scanner:
    """Cuts the stream into blocks that begin with a row, and gives the unusual ones to expat."""

    def __init__(self, found: Scanned) -> None:
        self.found = found
        self.parser = SheetParser(found)
        self.held = b""
        self.tags: _Tags | None = None  # known once `held` begins with the tag of a row
        self.plain = True  # no longer true once the rows cannot be told apart

    def feed(self, chunk: bytes) -> None:
        if not self.held and self.tags is None:
            refuse_wide_encoding(chunk)
        self.held += chunk
        if self.plain and self.tags is None:
            self._find_first_row()
        if self.plain and self.tags is not None:
            self._take_rows(self.tags)
        if len(self.held) > LONGEST_ROW:
            self.plain = False
        if not self.plain:
            self._pass(len(self.held))

    def _find_first_row(self) -> None:
        first = FIRST_ROW.search(self.held)
        if first is not None:
            self._pass(first.start())
            self.tags = _Tags(first[1])

    def _take_rows(self, tags: _Tags) -> None:
        end = self.held.find(tags.data_end)
        cut = end if end >= 0 else self.held.rfind(tags.any_row)
        block = self.held[: max(cut, 0)]
        self._take(block, tags)
        self.held = self.held[len(block) :]
        self.plain = end < 0

    def _take(self, block: bytes, tags: _Tags) -> None:
        """Skip what is plain of a block, in halves of halves, and parse the rest.

        One unusual cell must not make its thousand neighbours be parsed. Rows cannot be told
        apart where there are comments or other things that are no elements.
        """
        if not block or self._skip(block, tags):
            return
        half = -1
        if len(block) > SMALLEST_BLOCK and b"<!" not in block and b"<?" not in block:
            half = block.find(tags.any_row, len(block) // 2)
        if half < 0:
            self.parser.feed(block)
            return
        self._take(block[:half], tags)
        self._take(block[half:], tags)

    def _pass(self, length: int) -> None:
        self.parser.feed(self.held[:length])
        self.held = self.held[length:]

    def close(self) -> None:
        self._pass(len(self.held))
        self.parser.close()

    def _skip(self, block: bytes, tags: _Tags) -> bool:
        """Note a plain block's rows and say so; a block that is not plain is left to expat."""
        content = _plain_content(block, tags)
        last = block.rpartition(tags.row)[2].partition(b'"')[0]
        if content is None or not last.isdigit():
            return False
        if content and not self._note(block, tags):
            return False
        self.parser.skip_to(int(last))
        return True

    def _note(self, block: bytes, tags: _Tags) -> bool:
        """Note the rows with content; says no where a parser must look closer."""
        if tags.far_column.search(block) or tags.odd_index.search(block):
            return False
        value, inline = tags.value, tags.inline
        pieces = block.split(tags.row)[1:]
        if not _in_their_places(block, pieces, tags):
            return False
        listed = [piece.partition(b'"')[0] for piece in pieces if value in piece or inline in piece]
        if not all(map(bytes.isdigit, listed)):
            return False
        found = self.found
        numbers = {int(number) - 1 for number in listed}
        lowest = max(numbers, default=-1)
        usual = lowest < found.row_ceiling and min(numbers, default=-1) >= 0
        if not usual or len(numbers) < len(listed) or not found.rows.isdisjoint(numbers):
            return False
        found.rows |= numbers
        if b" hidden=" in block:
            found.hidden |= {int(number) - 1 for number in tags.hidden.findall(block)}
        found.low = max(found.low, (lowest, 0))
        return True


def _in_their_places(block: bytes, pieces: list[bytes], tags: _Tags) -> bool:
    """Whether every cell of the rows names its own row, and no column of it twice."""
    places = tags.place.findall(block)
    columns: list[bytes] = []  # of the row before: most rows have the same
    at = 0
    for piece in pieces:
        number, count = piece.partition(b'"')[0], piece.count(tags.cell)
        row = places[at : at + count]
        at += count
        if row != [column + number for column in columns]:
            columns = [place.removesuffix(number) for place in row]
            if len(set(columns)) < count or not all(map(bytes.isalpha, columns)):
                return False
    return at == len(places)


def _plain_content(block: bytes, tags: _Tags) -> bool | None:
    """Whether a plain block has cells with content; None for a block that is not plain."""
    if _has_unusual(block):
        return None
    opened = block.count(b"<") - block.count(b"</")
    known = block.count(tags.row) + block.count(tags.cell)
    if known == opened:
        return False
    values = block.count(tags.value)
    known += values
    if known != opened:
        inline = block.count(tags.inline)
        if inline != block.count(tags.inline_end):
            return None
        known += inline + sum(map(block.count, tags.texts))
    if known != opened or values != block.count(tags.value_end):
        return None
    return True


def _has_unusual(block: bytes) -> bool:
    """Whether a cell may be typed as an error, or unusually as a shared text, or an entity may be
    unknown."""
    if b'"e"' in block or b"<f>" in block:
        return True
    if b"'" in block and (b"'e'" in block or b"'s'" in block):
        return True
    return b"&" in block and UNKNOWN_ENTITY.search(block) is not None
