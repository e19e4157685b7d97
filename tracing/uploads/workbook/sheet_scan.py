"""Scan the XML of a worksheet while it is unpacked, for what the fast reader does not tell.

The reader shows error cells and formulas without a result as empty, and allocates the rectangle
around the farthest cell. So every sheet is scanned first: by expat where anything is unusual, and
by one pattern where a block of rows is plainly written. A block is plain when everything in it is
what ordinary writers write, every row and cell says once where it stands, and no cell is typed as
an error; then the pattern tells the same as parsing, many times faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import re2

from tracing.uploads.workbook.package import refuse_wide_encoding
from tracing.uploads.workbook.scanned import Scanned
from tracing.uploads.workbook.sheet_xml import SheetParser

FIRST_ROW = re.compile(rb"<((?:[A-Za-z_][A-Za-z0-9_.-]*:)?)row ")
TEXT = rb"(?:[^<&]|&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)*"
BETWEEN = rb"[ \t\r\n]*"
NUMBER = rb"[1-9][0-9]{0,6}"
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
        self.inline = b"<%bis>" % prefix
        self.data_end = b"</%bsheetData>" % prefix
        self.plain = _plain_rows(re.escape(prefix))
        self.hidden = re.compile(re.escape(self.row) + rb'([0-9]+)"[^>]* hidden="(?:1|true)"')
        self.place = re.compile(re.escape(self.cell) + rb'([A-Z]+[0-9]+)"')


def _plain_rows(prefix: bytes) -> re2._Regexp:
    """What a block of plain rows is as a whole: no cell right of AZ, and a shared text by a number.

    Matched in linear time, and without keeping the reader's thread waiting.
    """
    style = rb'(?: (?:s|cm|vm|ph)="[0-9]*")*'
    kinds = (
        (rb' t="s"', rb"<%bv>[0-9]{1,9}</%bv>" % (prefix, prefix)),
        (rb'(?: t="(?:n|str|b|d)")?', rb"<%bv>%b</%bv>" % (prefix, TEXT, prefix)),
        (
            rb' t="inlineStr"',
            rb'<%bis><%bt(?: xml:space="preserve")?>%b</%bt></%bis>'
            % (prefix, prefix, TEXT, prefix, prefix),
        ),
    )
    filled = b"|".join(b"%b%b>%b</%bc>" % (kind, style, held, prefix) for kind, held in kinds)
    empty = rb'(?: t="(?:s|n|str|b|d|inlineStr)")?%b(?: ?/>|></%bc>)' % (style, prefix)
    cell = rb'<%bc r="A?[A-Z]%b"%b(?:%b|%b)%b' % (prefix, NUMBER, style, filled, empty, BETWEEN)
    said = rb'(?: [A-Za-z][A-Za-z0-9]*(?::[A-Za-z]+)?="[^"<>&]*")*'
    cells = rb">%b(?:%b)*</%brow>" % (BETWEEN, cell, prefix)
    row = rb'<%brow r="%b"%b(?: ?/>|%b)%b' % (prefix, NUMBER, said, cells, BETWEEN)
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(rb"(?:%b)*" % row, options)


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
        if tags.plain.fullmatch(block) is None:
            return False
        has_content = tags.value in block or tags.inline in block
        if has_content and not self._note(block, tags):
            return False
        self.parser.skip_to(int(block.rpartition(tags.row)[2].partition(b'"')[0]))
        return True

    def _note(self, block: bytes, tags: _Tags) -> bool:
        """Note the rows with content; says no where a parser must look closer."""
        value, inline = tags.value, tags.inline
        pieces = block.split(tags.row)[1:]
        if not _in_their_places(block, pieces, tags):
            return False
        listed = [piece.partition(b'"')[0] for piece in pieces if value in piece or inline in piece]
        found = self.found
        numbers = {int(number) - 1 for number in listed}
        lowest = max(numbers)
        if lowest >= found.row_ceiling or len(numbers) < len(listed):
            return False
        if not found.rows.isdisjoint(numbers):
            return False
        found.rows |= numbers
        if b" hidden=" in block:
            found.hidden |= {int(number) - 1 for number in tags.hidden.findall(block)}
        found.low = max(found.low, (lowest, 0))
        return True


def _in_their_places(block: bytes, pieces: list[bytes], tags: _Tags) -> bool:
    """Whether every cell of the rows names its own row, and no column of it twice."""
    places = tags.place.findall(block)
    between = [b""]  # where the number stands in a row like the one before, as most rows are
    at = 0
    for piece in pieces:
        number, count = piece.partition(b'"')[0], piece.count(tags.cell)
        row = places[at : at + count]
        at += count
        if b"".join(row) != number.join(between):
            columns = [place.removesuffix(number) for place in row]
            if len(set(columns)) < count or not all(map(bytes.isalpha, columns)):
                return False
            between = [*columns, b""]
    return at == len(places)
