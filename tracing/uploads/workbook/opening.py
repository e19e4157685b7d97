"""A file opened for reading by what it is, which its content says and never its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from tracing.uploads.workbook.book import Book, SheetRows
from tracing.uploads.workbook.compound import Compound
from tracing.uploads.workbook.headings import Wanted
from tracing.uploads.workbook.held import HeldRows
from tracing.uploads.workbook.ods import CONTENT, OpenDocument
from tracing.uploads.workbook.package import Package
from tracing.uploads.workbook.parts import WORKBOOK
from tracing.uploads.workbook.sniff import HEAD, sniff
from tracing.uploads.workbook.text_file import TextFile

Opened = Book | OpenDocument | TextFile
Rows = SheetRows | HeldRows


def opened(file: IO[bytes], wanted: Sequence[Wanted], request: dict[str, Any]) -> Opened:
    """Open a file as a request of the child asks. Raises `Refused`."""
    data, max_rows = file.read(), request["limits"]["max_rows"]
    match sniff(data[:HEAD]):
        case "text":
            return TextFile(data, wanted, max_rows)
        case "zip":
            container: Package | Compound = Package(data, request["limits"]["max_unpacked"])
            if isinstance(container, Package) and _is_open_document(container):
                return OpenDocument(container, max_rows)
        case _:
            container = Compound(data)
    return Book(container, Path(request["folder"]), max_rows, careful=request["careful"])


def _is_open_document(package: Package) -> bool:
    return CONTENT in package.entries and WORKBOOK not in package.entries


def written_in(book: Opened) -> tuple[str, str] | None:
    """The encoding and the separator of a text, in words; None for a workbook."""
    return (book.encoding, book.separator) if isinstance(book, TextFile) else None
