"""The keys of rows that a program wants voided: only their identifying columns are read, by the
rules by which they were read when the rows came.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from tracing.records.base import Column, Record
from tracing.records.bindings import BINDINGS
from tracing.records.cells import LONGEST_CELL
from tracing.records.checking import check_rows
from tracing.records.parts import DocumentNumber
from tracing.records.shapes import Binding
from tracing.records.terms import Cell, Context, Fault, Table
from tracing.stores.row_key import Key
from tracing.uploads.arrays import read_rows, written
from tracing.uploads.workbook.headings import Wanted


class Read(NamedTuple):
    """The key of each row that has one, and the faults of the others, by the row's position in the
    array, from 1. A row without content is in neither."""

    keys: dict[int, Key]
    faults: dict[int, list[Fault]]


def read_keys(record_code: str, rows: Any, context: Context, *, max_rows: int) -> Read:
    """Raises `Refused` for what is no array of rows of the record; further columns are passed
    over."""
    binding = BINDINGS[record_code]
    record = identifying(binding.record)
    numbers, cells = _cells(binding.record, record, rows, max_rows)
    context = replace(context, row_numbers=numbers)
    checked = check_rows(record, cells, context)
    faults: dict[int, list[Fault]] = {}
    for fault in checked.faults:
        faults.setdefault(numbers[fault.row], []).append(fault)
    found = _keys(binding, Table(checked.values, dict.fromkeys(checked.values, ())))
    keys: dict[int, Key] = {}
    for row, (number, key) in enumerate(zip(numbers, found, strict=True)):
        if number in faults:
            continue
        if None in key:
            faults[number] = [Fault(row, _number_of(record), "required")]
        else:
            keys[number] = tuple(map(str, key))
    return Read(keys, faults)


def identifying(record: Record) -> Record:
    """The record with its identifying columns alone. A document has a number or a time; which of
    them a row needs, its key tells."""
    document = _document(record)
    by = document.number.by if document else ""
    names = dict.fromkeys((*record.identifying_columns, *([by] if by else [])))
    columns = tuple(_freed(record, record.column(name)) for name in names)
    return replace(record, columns=columns, rules=(), own_unit=None)


def _freed(record: Record, column: Column) -> Column:
    """A column as a key asks for it; whether its moment may be is not the question here."""
    document = _document(record)
    free = document is not None and column.name in (
        document.time,
        *(name for _, name in document.number.columns),
    )
    if not free:
        return replace(column, required_when=None)
    return replace(column, required=False, required_when=None, checks=())


def _cells(
    record: Record, reduced: Record, rows: Any, max_rows: int
) -> tuple[list[int], dict[str, list[Cell]]]:
    """The numbers of the rows with content, and the cells of the identifying columns."""
    needed = {column.name for column in reduced.columns if column.required}
    wanted = [Wanted(c.name, (c.label,), c.name in needed) for c in record.columns]
    file = io.BytesIO(b"".join(written(rows, record.code, wanted, max_rows)))
    limits = {"max_rows": max_rows, "longest_cell": LONGEST_CELL}
    answer, columns = read_rows(file, record.code, wanted, limits)
    numbers: list[int] = answer["rows"]
    return numbers, {column.name: columns[column.name] for column in reduced.columns}


def _keys(binding: Binding, table: Table) -> Iterable[tuple[Any, ...]]:
    """The key of every row in the order of its table's key; None for a part that is not told."""
    record = binding.record
    if binding.event is None:
        parts = (
            table[name] if record.column(name).required else [part or "" for part in table[name]]
            for name in record.key_columns
        )
        return zip(*parts, strict=True)
    codes = table[record.key_columns[0]]
    told = {by: one.kind.value for by, one in binding.event.told}
    directions = table[binding.event.by] if binding.event.by else [""] * len(codes)
    kinds = [told.get(direction) for direction in directions]
    document = _document(record)
    documents = document.of_rows(table) if document else table[record.key_columns[1]]
    return zip(codes, kinds, documents, strict=True)


def _document(record: Record) -> DocumentNumber | None:
    """How a row says its document; None where the number is a column of the key like any other."""
    return record.document if "document" in record.key else None


def _number_of(record: Record) -> str:
    """The column at which a key that lacks its document is shown."""
    document = _document(record)
    return document.number.columns[0][1] if document else record.key_columns[0]
