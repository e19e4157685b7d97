"""What every record asks of whole rows: cells some rows need, the own unit, keys used once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracing.records.base import Record
from tracing.records.terms import Context, Fault, Table


def missing_cells(record: Record, table: Table, _: Context) -> Iterator[Fault]:
    """A fault for every empty cell of a column that rows of its kind must fill."""
    for column in record.columns:
        when = column.required_when
        if when is None or None not in table[column.name]:
            continue
        choice = record.column(when.column)
        detail = (choice.label, choice.kind.show(when.value))
        refused = table.refused[column.name]
        pairs = zip(table[when.column], table[column.name], strict=True)
        for row, (value, cell) in enumerate(pairs):
            if cell is None and value == when.value and row not in refused:
                yield Fault(row, column.name, "required_when", detail)


def rows_of_others(record: Record, table: Table, context: Context) -> Iterator[Fault]:
    """A fault for every row that speaks for another unit than the one that uploads it."""
    if record.own_unit is None:
        return
    fine = {None, context.unit_uscc}
    directions = record.own_unit.directions(table)
    for code, name in record.own_unit.columns:
        if fine.issuperset(table[name]):
            continue
        kind = record.column(record.own_unit.by).kind.show(code) if record.own_unit.by else ""
        rows = f"{record.title}（{kind}）" if kind else record.title
        for row, uscc in enumerate(table[name]):
            if uscc not in fine and directions[row] == code:
                yield Fault(row, name, "not_own_unit", (uscc, rows, context.unit_uscc))


def repeated_keys(record: Record, table: Table, context: Context) -> Iterator[Fault]:
    """A fault for every row whose key an earlier row of the table has, naming that row.

    A row that lacks a required part of its key is left to the fault it already has.
    """
    names = record.key_columns
    if not names or len(set(table[names[0]])) == len(table[names[0]]):
        return  # Most files name a code once, whatever else their keys hold.
    required = [i for i, name in enumerate(names) if record.column(name).required]
    parts: list[list[Any]] = [table[name] for name in names]
    if record.document is not None and "document" in record.key:
        required.append(len(parts))
        parts.append(record.document.of_rows(table))
    keys = list(zip(*parts, strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[tuple[Any, ...], int] = {}
    for row, key in enumerate(keys):
        if any(key[i] is None for i in required):
            continue
        earlier = first.setdefault(key, row)
        if earlier != row:
            detail = (_key_in_words(record, key), context.row_number(earlier))
            yield Fault(row, names[0], "duplicate_in_file", detail)


def _key_in_words(record: Record, key: tuple[Any, ...]) -> str:
    """A key as people read it; its document, if any, comes last."""
    shown = [
        record.column(name).kind.show(part)
        for name, part in zip(record.key_columns, key, strict=False)
    ]
    return " / ".join([*shown, *map(str, key[len(shown) :])])
