"""Ways to make a file that is not what it says: lying sizes, streams under other names."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import xlwt
from xlwt.CompoundDoc import XlsDoc


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
