"""The kinds of file that an export can be: one declaration for choice, writing and sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from portal.lib.sheets import Heading, write_csv_file, write_xlsx

TITLE = "追溯码"


def _write_workbook(
    path: Path, columns: Sequence[Heading], rows: Iterable[Sequence[str]], count: int
) -> None:
    write_xlsx(path, TITLE, columns, rows, count)


class FileFormat(NamedTuple):
    """What it is called, as what a browser gets it, and what writes exactly `count` rows to it."""

    label: str
    content_type: str
    write: Callable[[Path, Sequence[Heading], Iterable[Sequence[str]], int], None]


# By the ending of a file's name.
FORMATS = {
    "xlsx": FileFormat(
        "Excel 工作簿",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _write_workbook,
    ),
    "csv": FileFormat("CSV", "text/csv; charset=utf-8", write_csv_file),
}
