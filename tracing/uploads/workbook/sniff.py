"""What a file is, by its first bytes; its name is never trusted."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from portal.lib.refused import Refused

HEAD = 65_536  # bytes that are enough to tell

Container = Literal["zip", "ole", "text"]

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "PNG 图片",
    b"\xff\xd8\xff": "JPEG 图片",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf\x27\x1c": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
}
WEB = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<table", b"<style", b"mime-version:")
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# With those that scanners put between the parts of a code.
TEXT_CONTROLS = frozenset("\t\r\n\f\x1a\x1c\x1d\x1e\x1f")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b\x7f]")


def sniff(head: bytes) -> Container:
    """What holds the rows; raises `Refused` for everything that holds none."""
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(OLE):
        return "ole"
    if head.startswith(b"PK\x05\x06"):
        raise Refused("damaged", why="压缩包里没有内容")
    for magic, name in OTHERS.items():
        if head.startswith(magic):
            raise Refused("wrong_type", found=name)
    _refuse_markup(head)
    return "text"


def _refuse_markup(head: bytes) -> None:
    """Raise `Refused` for what is no text, or one of a browser or a program."""
    text = _text(head)
    if text is None:
        raise unknown_type()
    start = text[:4096].lstrip("\ufeff \t\r\n").lower().encode()
    if start.startswith(WEB) or b"<html" in start:
        raise Refused("is_html")
    if start.startswith(b"<"):
        raise Refused("is_xml")


def unknown_type() -> Refused:
    """The refusal of a file that is nothing known."""
    return Refused("wrong_type", found="无法识别的文件")


def _text(head: bytes) -> str | None:
    """The head as text in an encoding that people here save in, None if it is none."""
    marked = [encoding for mark, encoding in MARKS.items() if head.startswith(mark)]
    for encoding in marked or ("utf-8", "gb18030"):
        try:
            # Not final: the head may end in the middle of a character.
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        if all(
            letter.isprintable() or letter in TEXT_CONTROLS or letter.isspace()
            for letter in text[:4096]
        ):
            return text
    # A text with a few bytes of something else is a damaged text, which its reader says.
    return None if CONTROL.search(head) else head.decode(errors="replace")
