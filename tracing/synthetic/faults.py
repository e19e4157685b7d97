"""Planting faults: each spoils one cell of a good row so that exactly one finding results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.records.terms import Cell
from tracing.synthetic.codes import number
from tracing.synthetic.rows import Columns
from tracing.synthetic.spoilers import Row, Spoiler
from tracing.synthetic.spoilers_of_devices import DEVICE_SPOILERS
from tracing.synthetic.spoilers_of_records import (
    CIRCULATION_SPOILERS,
    CODE_SPOILERS,
    DELIVERY_SPOILERS,
    IMPORT_SPOILERS,
    INFO_SPOILERS,
    RECEIPT_SPOILERS,
    RETAIL_SPOILERS,
    SHIPMENT_SPOILERS,
)

HEADING_ROWS = 1
# How far above a row a good one is looked for, so that a table of bad rows is not read again
# for each of them.
LOOK_BACK = 200

# What can be spoiled in the rows of each kind of sample.
SPOILERS: dict[str, tuple[Spoiler, ...]] = {
    "codes": CODE_SPOILERS,
    "info": INFO_SPOILERS,
    "import": IMPORT_SPOILERS,
    "shipment": SHIPMENT_SPOILERS,
    "delivery": DELIVERY_SPOILERS,
    "receipt": RECEIPT_SPOILERS,
    "retail": RETAIL_SPOILERS,
    "trade": CIRCULATION_SPOILERS,
    **DEVICE_SPOILERS,
}


def spoilers_of(record: str) -> tuple[Spoiler, ...]:
    """What can be spoiled in the rows of a record: a kind of sample may serve records that lack
    some of its columns."""
    has = {column.name for column in RECORDS[record].columns}
    return tuple(k for k in SPOILERS[BINDINGS[record].sample] if {k.column, *k.alike} <= has)


class Planted(NamedTuple):
    """A planted fault: the sheet's row number, the column's identifier, the fault's code."""

    row: int
    column: str
    code: str


def plant(record: str, columns: Columns, seed: int, share: float) -> list[Planted]:
    """Spoil round(rows · share) of the rows in place, one cell each; returns what was done.

    The faults are spread over the whole table and take all kinds of the record in turn. Which
    rows are spoiled follows from the seed; all other cells stay as they were.
    """
    rows = len(next(iter(columns.values())))
    chosen = _spread(rows, round(rows * share), seed)
    bad = set(chosen)
    kinds = spoilers_of(record)
    planted = []
    for turn, index in enumerate(chosen, start=number("first kind", seed)):
        kind, cell = _spoiled(kinds, turn, columns, index, bad)
        columns[kind.column][index] = cell
        planted.append(Planted(index + HEADING_ROWS + 1, kind.column, kind.code))
    return planted


def _spoiled(
    kinds: tuple[Spoiler, ...], turn: int, columns: Columns, index: int, bad: set[int]
) -> tuple[Spoiler, Cell]:
    """The first kind from its turn on that fits the row, and the cell it makes."""
    row = _row(columns, index)
    for place in range(len(kinds)):
        kind = kinds[(turn + place) % len(kinds)]
        if not kind.fits(row):
            continue
        if not kind.needs_earlier:
            return kind, kind.spoil(row, row)
        for earlier in _good_rows_above(columns, index, bad):
            if kind.follows(row, earlier):
                return kind, kind.spoil(row, earlier)
    raise ValueError(f"no kind of fault fits row {index}")


def _spread(rows: int, count: int, seed: int) -> list[int]:
    """`count` different rows, one at some place of each of as many equal stretches."""
    bounds = [part * rows // count for part in range(count + 1)] if count else []
    return [
        first + number("faulty row", seed, first) % (after - first)
        for first, after in zip(bounds, bounds[1:], strict=False)
    ]


def _good_rows_above(columns: Columns, index: int, bad: set[int]) -> Iterator[Row]:
    """The good rows near above a row, the nearest first."""
    for above in range(index - 1, max(-1, index - 1 - LOOK_BACK), -1):
        if above not in bad:
            yield _row(columns, above)


def _row(columns: Columns, index: int) -> Row:
    return {name: cells[index] for name, cells in columns.items()}
