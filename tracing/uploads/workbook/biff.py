"""Scan the records of a .xls workbook (BIFF8) for what the fast reader does not tell."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from portal.lib.no_value import FORMULA
from portal.lib.refused import Refused
from tracing.uploads.workbook.compound import Compound
from tracing.uploads.workbook.scanned import FARTHEST_DAY, Area, Scanned
from tracing.uploads.workbook.sniff import unknown_type

BOF, EOF, FILEPASS, BOUNDSHEET, DATEMODE = 0x809, 0x00A, 0x02F, 0x085, 0x022
FORMULA_CELL, BOOLERR, MULRK, STRING, MERGED_CELLS = 0x006, 0x205, 0x0BD, 0x207, 0x0E5
NUMBER, ROW = 0x203, 0x208
HIDDEN_ROW = 0x20  # of the bits of a row
VALUES = frozenset((NUMBER, 0x204, 0x27E, 0x0D6, 0x0FD))  # label, rk, rich, shared string
WITH_CONTENT = VALUES | {MULRK, BOOLERR, FORMULA_CELL}
AFTER_FORMULA = frozenset((0x4BC, 0x221, 0x236))  # shared formula, array, table come between
BIFF8 = 0x600
LAST_COLUMN = 255
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
HEAD = struct.Struct("<HH")

Records = Iterator[tuple[int, bytes]]


def workbook_stream(file: Compound) -> bytes:
    """The workbook of a compound file; other kinds of file are refused by what they hold."""
    names = {name.lower(): name for name in file.streams}
    if "encryptedpackage" in names or "encryptioninfo" in names:
        raise Refused("password_protected")
    if "worddocument" in names:
        raise Refused("wrong_type", found="Word 文档")
    if "powerpoint document" in names:
        raise Refused("wrong_type", found="PowerPoint 文稿")
    if any(storage.lower() == "_vba_project_cur" for storage in file.storages):
        raise Refused("macros")
    if "workbook" not in names:
        raise Refused("old_xls") if "book" in names else unknown_type()
    return file.read(names["workbook"])


def sheet_offsets(stream: bytes) -> dict[str, int]:
    """Where each sheet begins, by name. Refuses old and encrypted workbooks."""
    offsets: dict[str, int] = {}
    for kind, body in _records(stream, 0):
        if kind == FILEPASS:
            raise Refused("password_protected")
        if kind == BOUNDSHEET:
            name = _name(body)
            if name in offsets:
                raise Refused("damaged", why="有两张同名的工作表")
            offsets[name] = _unpacked("<I", body)[0]
        if kind == BOF and _unpacked("<H", body)[0] != BIFF8:
            raise Refused("old_xls")
    return offsets


def counts_from_1904(stream: bytes) -> bool:
    """Whether the workbook's days count from 1904."""
    return any(
        _unpacked("<H", body) == (1,) for kind, body in _records(stream, 0) if kind == DATEMODE
    )


def _name(body: bytes) -> str:
    length, wide = _unpacked("<BB", body[6:])
    if wide & 1:
        return body[8 : 8 + 2 * length].decode("utf-16-le", "replace")
    return body[8 : 8 + length].decode("latin-1")


def mended(stream: bytes, offset: int) -> tuple[bytes, dict[int, dict[int, float]]]:
    """The stream with 0 for the numbers of a sheet that no calendar has, and those numbers by row
    and column from 0, as `sheet_xml.Mender` does it.
    """
    changed, at = bytearray(stream), offset
    numbers: dict[int, dict[int, float]] = {}
    for kind, body in _records(stream, offset):
        if kind != NUMBER and (kind != FORMULA_CELL or body[12:14] == b"\xff\xff"):
            continue
        number: float = _unpacked("<d", body[6:])[0]
        if not abs(number) <= FARTHEST_DAY:
            at = stream.index(HEAD.pack(kind, len(body)) + body, at)
            changed[at + HEAD.size + 6 : at + HEAD.size + 14] = bytes(8)
            row, column = _place(body)
            numbers.setdefault(row, {})[column] = number
    return bytes(changed), numbers


def scan(stream: bytes, offset: int, found: Scanned) -> None:
    """Fill `found` from the sheet that begins at `offset`."""
    waiting: tuple[int, int] | None = None  # a formula whose text must follow
    filled = _Filled(found)
    for kind, body in _records(stream, offset):
        if waiting is not None and kind not in AFTER_FORMULA:
            if kind != STRING:
                found.errors[waiting] = FORMULA
            waiting = None
        if kind in WITH_CONTENT:
            filled.note(kind, body)
        if kind == BOOLERR:
            _note_error(found, body)
        elif kind == FORMULA_CELL:
            waiting = _note_formula(found, body)
        else:
            _note_layout(found, kind, body)
    found.judge()


def _note_layout(found: Scanned, kind: int, body: bytes) -> None:
    if kind == MERGED_CELLS:
        found.merged += _areas(body)
    elif kind == ROW and _unpacked("<H", body[12:])[0] & HIDDEN_ROW:
        found.hidden.add(_unpacked("<H", body)[0])


def _areas(body: bytes) -> Iterator[Area]:
    for at in range(2, 2 + 8 * _unpacked("<H", body)[0], 8):
        top, bottom, left, right = _unpacked("<4H", body[at:])
        yield Area(top, left, bottom, right)


class _Filled:
    """The cells with content: the columns of each row as bits, since rows may come in any order."""

    def __init__(self, found: Scanned) -> None:
        self.found = found
        self.rows: dict[int, int] = {}

    def note(self, kind: int, body: bytes) -> None:
        """Note the cells of a record. Raises `Refused` for one that had content before."""
        row, first = _place(body)
        last = _unpacked("<H", body[-2:])[0] if kind == MULRK else first
        if not first <= last <= LAST_COLUMN:
            raise Refused("damaged", why="工作表的记录不完整")
        seen, new = self.rows.get(row, 0), (1 << last + 1) - (1 << first)
        if seen & new:
            twice = seen & new
            raise self.found.repeated(row, (twice & -twice).bit_length() - 1)
        self.rows[row] = seen | new
        self.found.add(row, last)


def _place(body: bytes) -> tuple[int, int]:
    row, column = _unpacked("<HH", body)
    return row, column


def _note_error(found: Scanned, body: bytes) -> None:
    row, column = _place(body)
    value, is_error = _unpacked("<BB", body[6:])
    if is_error:
        found.errors[row, column] = ERRORS.get(value, "#N/A")


def _note_formula(found: Scanned, body: bytes) -> tuple[int, int] | None:
    """Note a formula's cell; returns it when its result is a text in a later record."""
    row, column = _place(body)
    result = body[6:14]
    if result[6:] != b"\xff\xff":
        return None
    if result[0] == 2:
        found.errors[row, column] = ERRORS.get(result[2], "#N/A")
    return (row, column) if result[0] == 0 else None


def _records(stream: bytes, at: int) -> Records:
    """The records of one substream, up to its end; charts inside it are passed over."""
    depth = 0
    while True:
        if at + HEAD.size > len(stream):
            raise Refused("damaged", why="工作表的记录不完整")
        kind, length = HEAD.unpack_from(stream, at)
        body = stream[at + HEAD.size : at + HEAD.size + length]
        at += HEAD.size + length
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, body


def _unpacked(form: str, body: bytes) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, body)
    except struct.error as error:
        raise Refused("damaged", why="工作表的记录不完整") from error
