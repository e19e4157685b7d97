"""Ways to make a file that is not what it says: lying sizes, streams under other names."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import xlwt
from xlwt.CompoundDoc import XlsDoc

END = b"PK\x05\x06"  # how the record at the end of a zip begins


def lie_about_size(data: bytes, size: int, content: bytes | None = None) -> bytes:
    """Declare another unpacked size for the last entry of a zip, with the right checksum for it."""
    changed = bytearray(data)
    entry = data.rfind(b"PK\x01\x02")
    local = struct.unpack_from("<L", data, entry + 42)[0]
    for at in (entry + 24, local + 22):
        struct.pack_into("<L", changed, at, size)
    if content is not None:
        for at in (entry + 16, local + 14):
            struct.pack_into("<L", changed, at, zlib.crc32(content))
    return bytes(changed)


def set_encrypted_flag(data: bytes) -> bytes:
    """Mark the last entry of a zip as encrypted."""
    changed = bytearray(data)
    changed[data.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def two_directories(plain: bytes, zip64: bytes) -> bytes:
    """A zip with the entries of two: one reader finds the directory of the first, one of the other.

    The usual record of the end leads to the first, a ZIP64 record before it to the second.
    """
    held, directories = b"", []
    for data in (plain, zip64):
        end = data.rindex(END)
        count, size, start = struct.unpack_from("<H2L", data, end + 10)
        moved, at = bytearray(data[start : start + size]), 0
        while at < size:
            offset = struct.unpack_from("<L", moved, at + 42)[0]
            struct.pack_into("<L", moved, at + 42, offset + len(held))
            at += 46 + sum(struct.unpack_from("<3H", moved, at + 28))
        directories.append((count, bytes(moved)))
        held += data[:start]
    (count, first), (count64, second) = directories
    start, start64 = len(held), len(held) + len(first)
    record = start64 + len(second)
    numbers = (44, 45, 45, 0, 0, count64, count64, len(second), start64)
    return b"".join(
        (
            *(held, first, second),
            struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", *numbers),
            struct.pack("<4sLQL", b"PK\x06\x07", 0, record, 1),
            struct.pack("<4s4H2LH", END, 0, 0, count, count, len(first), start, 0),
        )
    )


def xls(fill: Callable[[xlwt.Workbook], Any]) -> bytes:
    """A .xls workbook that `fill` has filled."""
    book = xlwt.Workbook()
    fill(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def compound(name: str, content: bytes = b"x" * 5000) -> bytes:
    """A compound file with one stream of this name."""
    held = io.BytesIO()
    XlsDoc().save(held, content)
    data = bytearray(held.getvalue())
    at = data.index("Workbook".encode("utf-16-le"))
    data[at : at + 64] = name.encode("utf-16-le").ljust(64, b"\0")
    struct.pack_into("<H", data, at + 64, 2 * len(name) + 2)
    return bytes(data)


def with_second_stream(data: bytes, name: str, content: bytes) -> bytes:
    """A .xls of xlwt with one more stream, in a free entry of its directory."""
    sectors = -(-len(content) // 512)
    changed = bytearray(data + content.ljust(sectors * 512, b"\0"))
    first = (len(data) - 512) // 512
    table = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    for sector in range(first, first + sectors):
        last = sector == first + sectors - 1
        struct.pack_into("<I", changed, table + 4 * sector, 0xFFFFFFFE if last else sector + 1)
    entry = 512 * (1 + struct.unpack_from("<I", data, 48)[0]) + 2 * 128
    letters = name.encode("utf-16-le")
    struct.pack_into("<64sHBB", changed, entry, letters, len(letters) + 2, 2, 1)
    struct.pack_into("<II", changed, entry + 116, first, len(content))
    return bytes(changed)
