"""Rows and workbooks of the records, made from the records' own examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from tracing.records import RECORDS
from tracing.uploads.workbook import layout

INFO = "domestic-drug-info"
CODES = "domestic-drug-codes"


def example(record_code: str, **changes: Any) -> dict[str, Any]:
    """A valid row by column name, with some cells changed."""
    row: dict[str, Any] = {column.name: column.example for column in RECORDS[record_code].columns}
    return {**row, **changes}


def pack_code(serial: int, product: int = 8000001) -> str:
    """A 20-digit code of a fictitious product."""
    return f"{product}{serial:013d}"


def code_rows(
    count: int, *, start: int = 0, per_middle: int = 10, per_large: int = 5, **changes: Any
) -> list[dict[str, Any]]:
    """Rows of three pack levels: `per_middle` packs a middle box, `per_large` of those a large."""
    return [
        example(
            CODES,
            **{
                "lv1_trac_code": pack_code(serial),
                "lv2_trac_code": pack_code(serial // per_middle, 8000002),
                "lv3_trac_code": pack_code(serial // per_middle // per_large, 8000003),
                **changes,
            },
        )
        for serial in range(start, start + count)
    ]


def workbook(path: Path, record_code: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows under the record's labels, one sheet, headings first.

    Two files of one second hold other bytes where they have other names.
    """
    record = RECORDS[record_code]
    book = openpyxl.Workbook(write_only=True)
    book.properties.title = path.name
    sheet = book.create_sheet(record.title)
    sheet.append([column.label for column in record.columns])
    for row in rows:
        sheet.append([row.get(column.name) for column in record.columns])
    book.save(path)
    return path


def sheet_rows(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The headings and the rows of a workbook's first sheet, without the number of the upload that
    stands over no column of an error workbook."""
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    headings = [str(cell) for cell in rows[0] if not str(cell).startswith(layout.SUBMISSION_MARK)]
    return headings, [row[: len(headings)] for row in rows[1:]]
