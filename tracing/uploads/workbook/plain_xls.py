"""The copy of a .xls that the reader gets: a compound file that holds the scanned stream alone.

A forged file can have two streams called Workbook, or one by another spelling of its name or its
length, so that the scan and the reader choose different ones; see `plain` for the other format.
"""

from __future__ import annotations

import struct
from typing import IO

SECTOR = 4096
NUMBERS = SECTOR // 4  # in a sector of the allocation table
IN_HEADER = 109  # sectors of that table which the header names: enough for 457 MB
TABLE, END, FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
HEADER = struct.Struct("<8s16x5H6x9I")
ENTRY = struct.Struct("<64sHBB3I16x4x16xIQ")
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
VERSION = (0x3E, 4, 0xFFFE, 12, 6)  # of the form, its byte order, sectors of 2**12 and 2**6 bytes
SMALLEST = 4096  # bytes of a stream that has sectors of its own
STREAM, ROOT = 2, 5


def copy(stream: bytes, target: IO[bytes]) -> None:
    """Write the file. Raises ValueError for a stream that is too long for one."""
    size = max(len(stream), SMALLEST)
    count = -(-size // SECTOR)  # the stream's sectors come first, then the names, then the table
    tables = -(-(count + 1) // (NUMBERS - 1))
    if tables > IN_HEADER:
        raise ValueError(f"a stream of {len(stream)} bytes")
    first_table = count + 1
    listed = [*range(first_table, first_table + tables), *[FREE] * (IN_HEADER - tables)]
    numbers = (1, tables, count, 0, SMALLEST, END, 0, END, 0)
    header = HEADER.pack(MAGIC, *VERSION, *numbers) + struct.pack(f"<{IN_HEADER}I", *listed)
    names = _entry("Root Entry", ROOT, 1, 0) + _entry("Workbook", STREAM, FREE, size)
    table = [*range(1, count), END, END, *[TABLE] * tables]
    table += [FREE] * (tables * NUMBERS - len(table))
    target.write(header.ljust(SECTOR, b"\0"))
    target.write(stream)
    target.write(bytes(count * SECTOR - len(stream)))
    target.write(names.ljust(SECTOR, b"\0"))
    target.write(struct.pack(f"<{len(table)}I", *table))


def _entry(name: str, kind: int, child: int, size: int) -> bytes:
    """An entry of the directory; its sectors begin with the first."""
    letters = name.encode("utf-16-le")
    return ENTRY.pack(letters, len(letters) + 2, kind, 1, FREE, FREE, child, 0, size)
