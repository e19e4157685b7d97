"""The same rows by workbook and by interface: the same codes and words, row by row, everywhere.

Each record gets the faults that its samples can have planted, and every cell of the table of faulty
cells that it has a column for. Before the first row of the call stands an empty one, where the
sheet has its headings: so a row has the same number both ways.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tests.accounts.keys.keys import key_of
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.api.calls import call
from tests.tracing.records.faulty import CELLS
from tests.tracing.synthetic.makers import MAKER
from tests.tracing.uploads import uploads
from tests.tracing.uploads.rows import sheet_rows, workbook
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.records.fault_kind import Severity
from tracing.records.faults import FAULTS
from tracing.records.terms import Cell, ErrorCell
from tracing.synthetic.faults import Planted
from tracing.synthetic.sample import Order, make
from tracing.uploads.models import RejectedRow
from tracing.uploads.workbook import layout

Rows = list[dict[str, Any]]
PLANTED = 40
LONGEST_IN_A_SHEET = 32_767


class Said(NamedTuple):
    """The faults of each row that fails, with their words, and how often each remark is made."""

    faults: dict[int, list[tuple[str, str, str]]]
    remarks: dict[str, int]
    passed: int


@pytest.fixture
def trader(transactional_db: None, settings: Settings, tmp_path: Path) -> Side:
    """A unit that makes and distributes."""
    settings.PORTAL_FILES = tmp_path / "files"
    return side(UnitFactory.create(name=MAKER.name, uscc=MAKER.uscc, is_distributor=True))


@contextmanager
def taken_back() -> Iterator[None]:
    """As if nothing had been sent."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def may_be_sent(cell: Cell) -> bool:
    """Whether both a sheet and JSON can hold a cell."""
    if isinstance(cell, str):
        return len(cell) <= LONGEST_IN_A_SHEET
    # A whole number of more digits has a point in a sheet, and none in JSON.
    is_whole = isinstance(cell, int) and abs(cell) < 10**15
    return cell is None or is_whole or isinstance(cell, float)


def rows_of(code: str) -> tuple[Rows, list[Planted]]:
    """Rows of a record with all that can be wrong with them, some that are right, and what was
    planted of that.
    """
    names = {column.name for column in RECORDS[code].columns}
    cells = [(name, cell) for _, name, cell, _ in CELLS if name in names and may_be_sent(cell)]
    sample = make(code, Order(MAKER, PLANTED, 7, faults=0.8))
    planted, good = sample.columns, make(code, Order(MAKER, PLANTED + len(cells), 7)).columns
    rows = [{name: _sent(column[i]) for name, column in planted.items()} for i in range(PLANTED)]
    for place, (name, cell) in enumerate(cells, start=PLANTED):
        rows.append({n: _sent(column[place]) for n, column in good.items()} | {name: cell})
    sendable = [
        p for p in sample.planted if not isinstance(planted[p.column][p.row - 2], ErrorCell)
    ]
    return rows, sendable


def _sent(cell: Cell) -> Any:
    """JSON has no cell that is an error, but its text is one as well."""
    return "#N/A" if isinstance(cell, ErrorCell) else cell


def by_workbook(trader: Side, code: str, rows: Rows) -> Said:
    """What the error workbook says, and the page."""
    record = RECORDS[code]
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "rows.xlsx", code, rows)
        sent = uploads.upload(*trader, code, path)
    assert sent.refusal is None, sent.refusal
    if sent.staged_rows:
        sent = uploads.confirm(sent)
    headings, lines = sheet_rows(sent.report_path)
    at, why = headings.index(layout.ORIGINAL_ROW), headings.index(layout.REASON)
    words = {line[at]: str(line[why]) for line in lines}
    faults: dict[int, list[tuple[str, str, str]]] = {}
    for row in RejectedRow.objects.filter(submission=sent):
        parts = words[row.row].split("\n")
        assert len(parts) == len(row.faults)
        faults[row.row] = [
            (column, fault, part)
            for (column, fault, _), part in zip(row.faults, parts, strict=True)
        ]
        for column, _, part in faults[row.row]:
            assert record.column(column).label in part
    return Said(faults, sent.warnings, sent.accepted or 0)


def by_interface(trader: Side, code: str, rows: Rows) -> Said:
    """What the call is answered."""
    answer = call(key_of(trader), f"upload/{code}", {"data": [{}, *rows]})
    assert answer.status_code == 200, answer.content.decode()
    data = answer.json()["data"]
    faults = {
        row["row"]: [(f["column"], f["code"], f["message"]) for f in row["faults"]]
        for row in data["rows"]
        if row["result"] == "rejected"
    }
    remarks = Counter(w["code"] for row in data["rows"] for w in row.get("warnings", ()))
    return Said(faults, remarks, data["created"] + data["replaced"] + data["unchanged"])


@pytest.mark.parametrize("code", BINDINGS)
def test_the_same_rows_are_told_the_same(trader: Side, code: str) -> None:
    rows, planted = rows_of(code)
    with taken_back():
        book = by_workbook(trader, code, rows)
    with taken_back():
        told = by_interface(trader, code, rows)
    assert told.faults == book.faults
    book.remarks.pop("rows_blank", None)
    assert told.remarks == book.remarks
    assert told.passed == book.passed
    errors = [one for one in planted if FAULTS[one.code].level is Severity.ERROR]
    assert len(errors) > PLANTED / 4
    for row, column, fault in errors:
        assert (column, fault) in [found[:2] for found in told.faults[row]]
