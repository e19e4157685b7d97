"""Building rows and checking them, for the tests of records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.checking import Checked, check_rows
from tracing.records.fault_kind import Severity
from tracing.records.reading import judge
from tracing.records.terms import Cell, Context, ErrorCell, Fault

TODAY = date(2025, 1, 15)
INFO = RECORDS["domestic-drug-info"]
CODES = RECORDS["domestic-drug-codes"]
IMPORT_INFO = RECORDS["imported-drug-info"]
SHIPMENT = RECORDS["domestic-drug-shipment"]
DELIVERY = RECORDS["domestic-drug-delivery"]
RECEIPT = RECORDS["domestic-drug-receipt"]
RETAIL = RECORDS["domestic-drug-retail"]
CIRCULATION = RECORDS["circulation"]
ITEM = RECORDS["consumable-item"]
PACKING = RECORDS["consumable-spec"]
UDI_CODES = RECORDS["consumable-codes"]
UDI_SHIPMENT = RECORDS["consumable-shipment"]

MAKER = "91320000MA0000007Q"
# Whose upload the example rows are, where that is not the maker.
EXAMPLE_UNITS = {CIRCULATION.code: "91990000MA0000015Q"}

FIRST_SHEET_ROW = 2

# Whatever a reader may deliver.
ANY_CELL = st.one_of(
    st.none(),
    st.text(),
    st.integers(-(10**40), 10**40),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.builds(ErrorCell, st.text()),
)


def context(**levels: Severity) -> Context:
    """A world in which it is 15 January 2025 and a maker uploads; levels by fault code."""
    return Context(today=TODAY, unit_uscc=MAKER, levels=levels)


def good_row(record: Record) -> dict[str, Cell]:
    """The example row of a record."""
    return {column.name: column.example for column in record.columns}


def check(record: Record, *rows: Mapping[str, Cell], **levels: Severity) -> Checked:
    """Check rows that differ from the example in the cells given, for the example's own unit."""
    whole = [{**good_row(record), **row} for row in rows]
    cells = {c.name: [row[c.name] for row in whole] for c in record.columns}
    world = Context(
        today=TODAY,
        unit_uscc=EXAMPLE_UNITS.get(record.code, MAKER),
        levels=levels,
        row_numbers=range(FIRST_SHEET_ROW, FIRST_SHEET_ROW + len(rows)),
    )
    return check_rows(record, cells, world)


def judged(record: Record, column: str, cell: Cell, **levels: Severity) -> tuple[Any, list[str]]:
    """The value of one cell and the codes found."""
    value, found = judge(record.column(column), cell, context(**levels))
    return value, [bad.code for bad in found]


def placed(faults: list[Fault]) -> list[tuple[int, str, str]]:
    """Faults without their details."""
    return [(fault.row, fault.column, fault.code) for fault in faults]
