"""How files of reference tables are read: row by row, and no further than the limit; and written.

The package's own formats read a whole file before anybody can count its rows.
"""

import csv
import io
import itertools
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import openpyxl
import tablib
from django.core.cache import cache
from import_export.formats import base_formats
from import_export.tmp_storages import CacheStorage

from portal.lib.sheets import Heading, write_xlsx

MOST_ROWS = 10_000
# Of a reference table's file; what a workbook has beyond is no list of ours.
MOST_COLUMNS = 50
EXPORT_SHEET, EXPORT_WIDTH = "数据", 24.0

TOO_MANY_ROWS = "文件超过 {most} 行数据，没有继续读取；请拆分后分次导入，或删除末尾的空行。"
TOO_MANY_COLUMNS = "第一行超过 {most} 列；第一行应只有列名，请删除多余的列后重新导入。"
NOT_ALIKE = "第 {row} 行有 {found} 列，多于第一行的 {expected} 列；请补上列名，或删除多余的内容。"
EMPTY = "文件是空的；第一行应为列名，请重新选择文件。"


class Unreadable(ValueError):
    """A file that is not read, or not to its end; the text says why and how to mend it."""


def dataset_of(rows: Iterable[Iterable[Any]]) -> tablib.Dataset:
    """Return what the rows hold, the first as headings. Raises Unreadable past a limit."""
    lines = iter(rows)
    headings = list(next(lines, ()))
    if not headings:
        raise Unreadable(EMPTY)
    if len(headings) > MOST_COLUMNS:
        raise Unreadable(TOO_MANY_COLUMNS.format(most=MOST_COLUMNS))
    found = tablib.Dataset(headers=headings)
    for number, line in enumerate(lines, start=2):
        if number - 1 > MOST_ROWS:
            raise Unreadable(TOO_MANY_ROWS.format(most=MOST_ROWS))
        row = list(line)
        if len(row) > len(headings):
            raise Unreadable(NOT_ALIKE.format(row=number, found=len(row), expected=len(headings)))
        found.append(row + [""] * (len(headings) - len(row)))
    return found


class XLSX(base_formats.XLSX):  # type: ignore[misc]  # the package has no types
    """A workbook: its first sheet, of which one row and one column past the limits are read."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Read it. Raises Unreadable, or whatever a damaged workbook brings about."""
        book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
        try:
            rows = book.worksheets[0].iter_rows(
                max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True
            )
            return dataset_of(_as_wide_as_the_first(rows))
        finally:
            book.close()

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """The rows as a file whose cells are texts, so that a code edited in it stays one."""
        if not len(dataset):
            return bytes(super().export_data(dataset, **kwargs))
        columns = [Heading(heading, heading, EXPORT_WIDTH) for heading in dataset.headers]
        rows = [list(map(str, row)) for row in dataset]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "export.xlsx"
            write_xlsx(path, EXPORT_SHEET, columns, rows, len(rows))
            return path.read_bytes()


def _as_wide_as_the_first(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Leave out the empty cells behind the last one: every row comes as wide as it may be."""
    for row in rows:
        width = len(row)
        while width and row[width - 1] is None:
            width -= 1
        yield row[:width]


class CSV(base_formats.CSV):  # type: ignore[misc]
    """A text; lines without anything are left out, as the package does."""

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """Read it. Raises Unreadable, or csv.Error."""
        text = io.StringIO(in_stream.decode(self.encoding), newline="")
        rows = csv.reader(text)
        return dataset_of(itertools.chain([next(rows, [])], filter(None, rows)))


FORMATS: list[Any] = [XLSX, CSV]


class KeptFile(CacheStorage):  # type: ignore[misc]
    """A previewed file until it is confirmed, in the cache; it can be confirmed once.

    Its name ends with how it is read, so that it is confirmed in the form it was previewed in.
    """

    def save(self, data: bytes) -> None:
        """Keep it under a name that cannot be guessed."""
        self.name = f"{uuid4().hex}.{self.read_mode}"
        super().save(data)

    @classmethod
    def take(cls, name: str, read_mode: str) -> bool:
        """Whether the file is there to be confirmed in this form: true once."""
        key = cls.CACHE_PREFIX + name
        there = name.endswith(f".{read_mode}") and cache.get(key) is not None
        return bool(there and cache.add(f"{key}.taken", 1, cls.CACHE_LIFETIME))
