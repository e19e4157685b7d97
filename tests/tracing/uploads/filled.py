"""Templates filled as people fill them: days and numbers as such, all else as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from tests.tracing.synthetic.makers import MAKER
from tracing.records import RECORDS
from tracing.records.base import Column, Record
from tracing.records.terms import Cell
from tracing.synthetic.sample import Order, make
from tracing.uploads.workbook.template import template

Columns = Mapping[str, Sequence[Cell]]


def samples(record: Record, rows: int, seed: int = 1) -> Columns:
    """Good rows of a record, as the unit `MAKER` uploads them."""
    return make(record.code, Order(MAKER, rows, seed)).columns


def typed(column: Column, cell: Cell) -> Any:
    """A cell as a person types it: Excel makes a day of what looks like one."""
    if column.kind.type in ("date", "moment") and isinstance(cell, str):
        value = column.kind.parse(cell)
        return value.replace(tzinfo=None) if isinstance(value, datetime) else cell
    if column.kind.type == "number" and isinstance(cell, str):
        return float(cell)
    return cell


def filled(path: Path, record_code: str, columns: Columns) -> Path:
    """The record's own template with these rows, every second with typed cells."""
    record = RECORDS[record_code]
    book = openpyxl.load_workbook(template(record))
    sheet = book[record.title]
    for place, column in enumerate(record.columns, start=1):
        for row, cell in enumerate(columns[column.name]):
            value: Any = typed(column, cell) if row % 2 else cell
            target = sheet.cell(row + 2, place, value)
            if isinstance(target.value, str):
                target.data_type = "s"
    book.save(path)
    return path
