"""The compound file (OLE) around a .xls workbook: its streams, by name."""

from __future__ import annotations

import struct
from array import array
from typing import NamedTuple

from portal.lib.refused import Refused

HEADER = struct.Struct("<30xHH10x8I")
IN_HEADER = 109  # sectors of the allocation table that the header itself lists
LAST_SECTOR = 0xFFFFFFFA  # numbers from here up are marks, not sectors
ENTRY = 128
STORAGE, STREAM, ROOT = 1, 2, 5


class Stream(NamedTuple):
    """Where a stream begins and how many bytes it has."""

    start: int
    size: int


class Compound:
    """A compound file in memory. Raises `Refused` where its chains do not hold together."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._open()
        except (struct.error, ValueError) as error:
            raise _damaged() from error

    def _open(self) -> None:
        shift, mini_shift, *numbers = HEADER.unpack_from(self.data)
        if shift not in (9, 12) or mini_shift != 6:
            raise _damaged()
        _count, directory, _, self.cutoff, mini_start, _, more, _ = numbers
        self.sector, self.mini = 1 << shift, 1 << mini_shift
        self.table = self._allocation(more)
        self.streams: dict[str, Stream] = {}
        self.storages: set[str] = set()
        self.root = Stream(LAST_SECTOR, 0)
        entries = self._chain(directory)
        for at in range(0, len(entries), ENTRY):
            self._add(entries[at : at + ENTRY])
        self.mini_table = _numbers(self._chain(mini_start))
        self.mini_data = self._chain(self.root.start)

    def _add(self, entry: bytes) -> None:
        length, kind = struct.unpack_from("<HB", entry, 64)
        name = entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entry, 116)
        if kind == STREAM:
            self.streams.setdefault(name, Stream(start, size))
        elif kind == STORAGE:
            self.storages.add(name)
        elif kind == ROOT:
            self.root = Stream(start, size)

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self.sector
        found = self.data[start : start + self.sector]
        if not found:
            raise _damaged()
        return found

    def _allocation(self, more: int) -> array[int]:
        """The table that says of each sector which one follows."""
        listed = list(struct.unpack_from(f"<{IN_HEADER}I", self.data, 76))
        seen: set[int] = set()
        while more < LAST_SECTOR:
            if more in seen:
                raise _damaged()
            seen.add(more)
            *numbers, more = _numbers(self._at(more))
            listed += numbers
        sectors = [sector for sector in listed if sector < LAST_SECTOR]
        if len(sectors) * self.sector > len(self.data):
            raise _damaged()
        return _numbers(b"".join(map(self._at, sectors)))

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._at, _follow(self.table, start)))

    def read(self, name: str) -> bytes:
        """The content of a stream; raises KeyError when there is none."""
        stream = self.streams[name]
        if stream.size >= self.cutoff:
            return self._chain(stream.start)[: stream.size]
        mini = self.mini
        pieces = (
            self.mini_data[i * mini : (i + 1) * mini]
            for i in _follow(self.mini_table, stream.start)
        )
        return b"".join(pieces)[: stream.size]


def _follow(table: array[int], sector: int) -> list[int]:
    """The sectors of a chain; one that is longer than the table goes in a circle."""
    found: list[int] = []
    while sector < LAST_SECTOR:
        if sector >= len(table) or len(found) > len(table):
            raise _damaged()
        found.append(sector)
        sector = table[sector]
    return found


def _numbers(data: bytes) -> array[int]:
    whole = len(data) // 4
    return array("I", struct.unpack_from(f"<{whole}I", data))


def _damaged() -> Refused:
    return Refused("damaged", why="文件结构不完整，可能没有下载或上传完")
