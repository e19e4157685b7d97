"""The copy of a .xlsx that the reader gets: a zip and a directory of ours around the parts.

Whoever forges a file can have two readers understand its zip or its directory in two ways: by
records of another size, by names or relations given twice, by an archive behind another. So the
reader never sees them. It gets the parts that the scan saw, with their packed bytes as they are,
under names of ours and in a directory that is written here from what the scan has understood.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import IO, NamedTuple

from tracing.uploads.workbook.namespaces import LINKS, MAIN, PACKAGE
from tracing.uploads.workbook.package import Package
from tracing.uploads.workbook.parts import (
    FOLDER,
    OFFICE,
    RELATIONS,
    ROOT,
    STRINGS,
    STYLES,
    WORKBOOK,
    WORKSHEET,
    Directory,
)

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
VERSION = 20  # of the zip format: the first that knows deflated entries
MIDNIGHT_1980 = 0x21  # the first day that a zip can name
NONE: Mapping[str, bytes] = {}


class Entry(NamedTuple):
    """An entry of a zip: its packed bytes, and the method, checksum and size of its content."""

    name: str
    packed: bytes | memoryview
    method: int
    crc: int
    size: int


def copy(
    package: Package, directory: Directory, target: IO[bytes], changed: Mapping[str, bytes] = NONE
) -> None:
    """Write the copy, with the content that is given for the parts that are `changed`.

    A part that the package does not have is left out of it, too.
    """
    sheets = [(f"worksheets/sheet{n}.xml", s.entry) for n, s in enumerate(directory.sheets)]
    shared = [(f"{STRINGS}.xml", directory.strings), (f"{STYLES}.xml", directory.styles)]
    entries = _directory(directory, [name for name, _ in sheets])
    for name, source in (*sheets, *shared):
        if source is None:
            continue
        if source in changed:
            entries.append(_stored(FOLDER + name, changed[source]))
        elif source in package.entries:
            info = package.entries[source]
            packed = package.packed(source)
            method, crc, size = info.compress_type, info.CRC, info.file_size
            entries.append(Entry(FOLDER + name, packed, method, crc, size))
    _write(entries, target)


def _directory(directory: Directory, places: list[str]) -> list[Entry]:
    """The three parts that say what the workbook consists of."""
    sheets = "".join(
        f'<sheet name="{_escaped(sheet.name)}" sheetId="{n}" state="{sheet.state}" r:id="r{n}"/>'
        for n, sheet in enumerate(directory.sheets)
    )
    epoch = f'<workbookPr date1904="{int(directory.date1904)}"/>'
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{epoch}<sheets>{sheets}</sheets></workbook>'
    )
    return [
        _text(ROOT, _relations([(OFFICE, WORKBOOK)])),
        _text(WORKBOOK, workbook),
        _text(RELATIONS, _relations([(WORKSHEET, place) for place in places])),
    ]


def _relations(targets: list[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="r{n}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _escaped(text: str) -> str:
    """A text for an attribute, every sign in it by its number."""
    return "".join(c if c.isalnum() else f"&#{ord(c)};" for c in text)


def _text(name: str, xml: str) -> Entry:
    return _stored(name, xml.encode())


def _stored(name: str, content: bytes) -> Entry:
    return Entry(name, content, 0, zlib.crc32(content), len(content))


def _write(entries: list[Entry], target: IO[bytes]) -> None:
    central: list[bytes] = []
    for name, packed, method, crc, size in entries:
        path = name.encode()
        common = (0, method, 0, MIDNIGHT_1980, crc, len(packed), size, len(path), 0)
        place = (0, 0, 0, 0, target.tell())
        central.append(CENTRAL.pack(b"PK\1\2", VERSION, VERSION, *common, *place) + path)
        target.write(LOCAL.pack(b"PK\3\4", VERSION, *common) + path)
        target.write(packed)
    start, listed = target.tell(), b"".join(central)
    target.write(listed)
    numbers = (0, 0, len(entries), len(entries), len(listed), start, 0)
    target.write(END.pack(b"PK\5\6", *numbers))
