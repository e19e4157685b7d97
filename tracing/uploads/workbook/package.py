"""A .xlsx file as a zip that is not trusted: every size is counted while it is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from portal.lib.refused import Refused

MAX_ENTRIES = 500
MAX_DIRECTORY = 1 << 20  # bytes of the list of entries
MAX_RATIO = 100
RATIO_COUNTS_FROM = 20 << 20  # bytes; below, a high ratio costs nothing
CHUNK = 1 << 20
SHOWN = 60  # characters of a name that stand in a sentence
PACKED_CHUNK = 1 << 16
ENCRYPTED = 0x1
END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
LOCAL_HEADER = struct.Struct("<4s2B4HL2L2H")
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
MEBIBYTE = 1 << 20


class Package:
    """The entries of a zip, by name in lower case with forward slashes, as readers look them up.

    Opening it checks names, numbers and declared sizes; `stream` checks the real ones.
    Raises `Refused`.
    """

    def __init__(self, data: bytes, max_unpacked: int) -> None:
        self.data = data
        self.max_unpacked = max_unpacked
        self.unpacked = 0
        _check_directory(data)
        try:
            infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
            raise Refused("damaged", why="压缩结构不完整") from error
        if len(infos) > MAX_ENTRIES:  # a second record of the end may count more than the first
            raise Refused("zip_entries", found=str(len(infos)), limit=str(MAX_ENTRIES))
        self.entries: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            self._add(info)
        self._check_sizes(infos)

    def _add(self, info: zipfile.ZipInfo) -> None:
        name = info.orig_filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or "\0" in name:
            raise Refused("zip_names", name=printable(name))
        if info.flag_bits & ENCRYPTED:
            raise Refused("password_protected")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("damaged", why="使用了不常见的压缩方法")
        if name.lower() in self.entries:
            raise Refused("zip_names", name=printable(name))
        self.entries[name.lower()] = info

    def _check_sizes(self, infos: list[zipfile.ZipInfo]) -> None:
        if sum(info.file_size for info in infos) > self.max_unpacked:
            raise self._too_large(sum(info.file_size for info in infos))
        for info in infos:
            packed = max(info.compress_size, 1)
            if info.file_size > RATIO_COUNTS_FROM and info.file_size > packed * MAX_RATIO:
                ratio = info.file_size // packed
                raise Refused(
                    "zip_ratio",
                    part=printable(info.filename),
                    ratio=str(ratio),
                    limit=str(MAX_RATIO),
                )

    def _too_large(self, size: int) -> Refused:
        found, limit = -(-size // MEBIBYTE), self.max_unpacked // MEBIBYTE
        return Refused("unpacked_too_large", size=str(found), limit=str(limit))

    def stream(self, name: str) -> Iterator[bytes]:
        """The content of an entry in chunks. Raises `Refused` where it is not what was declared.

        The reader that follows does not stop at the declared size, so it is held here.
        """
        info = self.entries[name]
        size = crc = 0
        for chunk in _inflated(self.packed(name), info.compress_type):
            size += len(chunk)
            self.unpacked += len(chunk)
            if size > info.file_size:
                raise Refused("damaged", why="实际内容比标明的大")
            if self.unpacked > self.max_unpacked:
                raise self._too_large(self.unpacked)
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if (size, crc) != (info.file_size, info.CRC):
            raise Refused("damaged", why="内容与校验值不符")

    def packed(self, name: str) -> memoryview:
        """The bytes of an entry as they are packed. Raises `Refused` where they are not there."""
        info = self.entries[name]
        start = info.header_offset
        header = self.data[start : start + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise Refused("damaged", why="压缩结构不完整")
        name_length, extra_length = LOCAL_HEADER.unpack(header)[-2:]
        start += LOCAL_HEADER.size + name_length + extra_length
        packed = memoryview(self.data)[start : start + info.compress_size]
        if len(packed) < info.compress_size:
            raise Refused("damaged", why="压缩结构不完整")
        return packed

    def read(self, name: str) -> bytes:
        """The whole content of a small entry."""
        return b"".join(self.stream(name))

    def refuse_declarations(self, name: str) -> None:
        """Refuse an XML part that declares entities, or that is not written in UTF-8."""
        held = b""
        for chunk in self.stream(name):
            if not held:
                refuse_wide_encoding(chunk)
            held = held[-16:] + chunk
            if any(declaration in held for declaration in DECLARATIONS):
                raise Refused("xml_declarations", part=printable(name))


def _check_directory(data: bytes) -> None:
    """Refuse a list of entries that would take long only to read."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + END_OF_DIRECTORY.size > len(data):
        raise Refused("damaged", why="文件不完整，可能没有下载或上传完")
    entries, size = END_OF_DIRECTORY.unpack_from(data, at)[4:6]
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise Refused("zip_entries", found=str(entries), limit=str(MAX_ENTRIES))


def _inflated(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        yield from (bytes(packed[i : i + CHUNK]) for i in range(0, len(packed), CHUNK))
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for i in range(0, len(packed), PACKED_CHUNK):
            rest: bytes | memoryview = packed[i : i + PACKED_CHUNK]
            while rest and not inflate.eof:
                yield inflate.decompress(rest, CHUNK)
                rest = inflate.unconsumed_tail
    except zlib.error as error:
        raise Refused("damaged", why="压缩内容已损坏") from error
    if not inflate.eof:
        raise Refused("damaged", why="压缩内容不完整")


def refuse_wide_encoding(start: bytes) -> None:
    """Refuse XML in UTF-16 or UTF-32: the reader would take it for an empty part."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:4]:
        raise Refused("damaged", why="内容不是 UTF-8 编码")


def printable(name: str) -> str:
    """A name out of the file, short and harmless enough to stand in a sentence."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in name[:SHOWN])
    return shown if len(name) <= SHOWN else shown[: SHOWN - 3] + "…"
