"""One row of a correction whose 原行号 is wrong is a fault of that row, and of no other."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads.rows import CODES, code_rows, pack_code, sheet_rows, workbook
from tests.tracing.uploads.test_edges import BAD, GOOD, LV1, assert_adds_up
from tests.tracing.uploads.test_submissions import faults_of
from tests.tracing.uploads.uploads import cancel, confirm, upload
from tests.turns import turns
from tracing.stores.models_codes import TraceCode
from tracing.uploads.models import Submission
from tracing.uploads.workbook import layout

pytestmark = pytest.mark.django_db(transaction=True)

UNKNOWN, REPEATED = "original_row_unknown", "original_row_repeated"
ANOTHER = "original_row_of_another"


def failing(maker: Side, tmp_path: Path, count: int = 6) -> Submission:
    """An upload whose rows all fail: rows 2 to count + 1 of the file."""
    path = workbook(tmp_path / "a.xlsx", CODES, code_rows(count, prod_code=BAD))
    return upload(*maker, CODES, path)


def mended(submission: Submission, target: Path, numbers: dict[int, Any], more: int = 0) -> Path:
    """The error workbook with every row mended and 原行号 changed, by place among the rows from 0.
    The last `more` rows are there once again, with other codes.
    """
    book = openpyxl.load_workbook(submission.report_path)
    sheet = book.worksheets[0]
    headings = [str(cell.value).rstrip("*") for cell in sheet[1]]
    column = {name: headings.index(name) + 1 for name in ("商品码", LV1, layout.ORIGINAL_ROW)}
    last = sheet.max_row
    for n in range(more):
        sheet.append([cell.value for cell in sheet[last - n]])
        sheet.cell(sheet.max_row, column[LV1]).value = pack_code(900 + n)
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column["商品码"]).value = GOOD
        if row - 2 in numbers:
            sheet.cell(row, column[layout.ORIGINAL_ROW]).value = numbers[row - 2]
    book.save(target)
    return target


@pytest.mark.parametrize("typed", [9999, "x", "", 0, 2.5, True, layout.LARGEST_ROW + 3])
def test_a_changed_number_costs_its_own_row_only(
    maker: Side, tmp_path: Path, typed: object
) -> None:
    staged = failing(maker, tmp_path)
    again = upload(*maker, CODES, mended(staged, tmp_path / "b.xlsx", {2: typed}))
    assert (again.state, again.rounds, again.total) == ("staged", 2, 6)
    assert (again.accepted, again.rejected) == (5, 1)
    assert faults_of(again) == {4: [UNKNOWN]}
    assert again.files.get(number=2).refusal_code is None
    headings, rows = sheet_rows(again.report_path)
    typed_back = dict(zip((heading.rstrip("*") for heading in headings), rows[0], strict=True))
    assert len(rows) == 1
    assert (typed_back["商品码"], typed_back[LV1]) == (GOOD, pack_code(2))
    assert typed_back[layout.ORIGINAL_ROW] == 4
    # It only has to be looked at once more.
    stored = confirm(upload(*maker, CODES, again.report_path))
    assert (stored.created, stored.rejected) == (6, 0)
    assert_adds_up(stored)


def test_a_doubled_number_names_the_first_row(maker: Side, tmp_path: Path) -> None:
    staged = failing(maker, tmp_path)
    again = upload(*maker, CODES, mended(staged, tmp_path / "b.xlsx", {4: 3}))
    assert (again.accepted, again.rejected) == (5, 1)
    assert faults_of(again) == {6: [REPEATED]}
    reason = sheet_rows(again.report_path)[1][0][-1]
    assert "“3”" in reason
    assert "第 3 行" in reason
    assert_adds_up(confirm(again))


def test_a_row_more_comes_back_and_is_not_counted(maker: Side, tmp_path: Path) -> None:
    staged = failing(maker, tmp_path)
    again = upload(*maker, CODES, mended(staged, tmp_path / "b.xlsx", {}, more=1))
    assert (again.total, again.accepted, again.rejected) == (6, 6, 0)
    assert list(faults_of(again).values()) == [[REPEATED]]
    _, rows = sheet_rows(again.report_path)
    assert [row[1] for row in rows] == [pack_code(900)]
    assert rows[0][-2] == "7？"
    stored = confirm(again)
    assert (stored.created, stored.rejected) == (6, 0)
    assert stored.report_path.exists()
    # As it is it comes again; nothing is lost and nothing added.
    once_more = upload(*maker, CODES, stored.report_path)
    assert (once_more.total, once_more.accepted, once_more.rejected) == (6, 6, 0)
    assert len(faults_of(once_more)) == 1
    assert TraceCode.everything.count() == 6


def test_all_numbers_gone_come_back_in_their_order(maker: Side, tmp_path: Path) -> None:
    staged = failing(maker, tmp_path)
    gone = mended(staged, tmp_path / "b.xlsx", dict.fromkeys(range(6), ""))
    again = upload(*maker, CODES, gone)
    assert (again.accepted, again.rejected) == (0, 6)
    _, rows = sheet_rows(again.report_path)
    assert [(row[1], row[-2]) for row in rows] == [(pack_code(n), n + 2) for n in range(6)]
    stored = confirm(upload(*maker, CODES, again.report_path))
    assert (stored.created, stored.rejected) == (6, 0)


def test_a_cancelled_correction_gives_its_rows_back(maker: Side, tmp_path: Path) -> None:
    rows = code_rows(4)
    rows[1]["prod_code"] = rows[2]["prod_code"] = BAD
    stored = confirm(upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows)))
    again = cancel(upload(*maker, CODES, mended(stored, tmp_path / "b.xlsx", {0: 77})))
    assert (again.state, again.accepted, again.rejected) == ("stored", 2, 2)
    assert_adds_up(again)


# Rows 3, 5, 7, 9 and 11 of the file fail.
FAILING = range(3, 12, 2)


def half_failing(maker: Side, folder: Path, start: int = 0) -> Submission:
    """An upload of ten rows, of which every second fails."""
    rows = code_rows(10, start=start)
    for row in FAILING:
        rows[row - 2]["prod_code"] = BAD
    return upload(*maker, CODES, workbook(folder / "half.xlsx", CODES, rows))


def sent(submission: Submission, target: Path, rows: list[tuple[int, Any, str]]) -> Path:
    """The error workbook with these rows only, mended: each is made from the row of the file that
    has a number, and has this 原行号 and this code.
    """
    book = openpyxl.load_workbook(submission.report_path)
    sheet = book.worksheets[0]
    headings = [str(cell.value).rstrip("*") for cell in sheet[1]]
    column = {name: headings.index(name) for name in ("商品码", LV1, layout.ORIGINAL_ROW)}
    kept = {row[column[layout.ORIGINAL_ROW]]: row for row in sheet.values}
    sheet.delete_rows(2, sheet.max_row)
    for origin, number, code in rows:
        cells = list(kept[origin])
        cells[column["商品码"]], cells[column[LV1]] = GOOD, code
        cells[column[layout.ORIGINAL_ROW]] = number
        sheet.append(cells)
    book.save(target)
    return target


def reported(submission: Submission) -> dict[Any, str]:
    """The codes of the error workbook by 原行号."""
    if not submission.report_path.exists():
        return {}
    return {row[-2]: row[1] for row in sheet_rows(submission.report_path)[1]}


@pytest.mark.parametrize("left", [9, 11])
def test_a_row_more_takes_no_place_of_a_row_left_for_later(
    maker: Side, tmp_path: Path, left: int
) -> None:
    staged = half_failing(maker, tmp_path)
    rows: list[tuple[int, Any, str]] = [
        (row, row, pack_code(row - 2)) for row in FAILING if row != left
    ]
    rows.append((3, "", pack_code(900)))
    again = upload(*maker, CODES, sent(staged, tmp_path / "b.xlsx", rows))
    assert (again.total, again.accepted, again.rejected) == (10, 9, 1)
    assert reported(again) == {left: pack_code(left - 2), "": pack_code(900)}
    last = [(left, left, pack_code(left - 2))]
    stored = confirm(upload(*maker, CODES, sent(again, tmp_path / "c.xlsx", last)))
    assert (stored.created, stored.rejected) == (10, 0)
    codes = set(TraceCode.everything.values_list("code", flat=True))
    assert codes == {pack_code(n) for n in range(10)}


def test_a_row_under_the_number_of_one_left_for_later_goes_to_its_own(
    maker: Side, tmp_path: Path
) -> None:
    staged = half_failing(maker, tmp_path)
    again = upload(*maker, CODES, sent(staged, tmp_path / "b.xlsx", [(3, 9, pack_code(1))]))
    assert (again.accepted, again.rejected) == (5, 5)
    assert faults_of(again)[3] == [ANOTHER]
    assert "“9”是错误报告中另一行的" in sheet_rows(again.report_path)[1][0][-1]
    assert reported(again) == {row: pack_code(row - 2) for row in FAILING}


def test_a_row_more_does_not_pass_the_next_time_for_a_row_that_has_its_number(
    maker: Side, tmp_path: Path
) -> None:
    staged = half_failing(maker, tmp_path)
    rows = [(row, row, pack_code(row - 2)) for row in FAILING]
    rows.append((3, 4, pack_code(900)))
    again = upload(*maker, CODES, sent(staged, tmp_path / "b.xlsx", rows))
    assert reported(again) == {"4？": pack_code(900)}


NUMBERS = st.sampled_from([*FAILING, "", "x", 4, 9999])
KEPT = st.tuples(st.sampled_from(FAILING), st.one_of(st.none(), NUMBERS))


@settings(
    max_examples=turns(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kept=st.lists(KEPT, min_size=1, max_size=7), more=st.lists(st.booleans(), max_size=2))
def test_whatever_is_sent_no_row_of_the_file_is_lost(
    maker: Side, kept: list[tuple[int, Any]], more: list[bool]
) -> None:
    """Some rows of the error workbook, some twice, with numbers of all kinds; and rows more."""
    fresh = side(UnitFactory.create())
    start = 10_000 * fresh.unit.pk
    code = {row: pack_code(start + row - 2) for row in range(2, 12)}
    rows = [(row, row if number is None else number, code[row]) for row, number in kept]
    for n, numbered in enumerate(more):
        rows.append((3, kept[0][0] if numbered else "", pack_code(start + 900 + n)))
    with tempfile.TemporaryDirectory() as folder:
        staged = half_failing(fresh, Path(folder), start)
        stored = confirm(upload(*fresh, CODES, sent(staged, Path(folder) / "b.xlsx", rows)))
        assert stored.total == 10
        codes = TraceCode.everything.filter(submission_id=stored.pk)
        held = set(codes.values_list("code", flat=True))
        left = {row: was for row, was in reported(stored).items() if row in FAILING}
        assert all(left[row] == code[row] for row in left)
        assert held | set(left.values()) == set(code.values())
        assert len(left) == stored.rejected
        if left:
            last = [(row, row, code[row]) for row in left]
            stored = confirm(upload(*fresh, CODES, sent(stored, Path(folder) / "c.xlsx", last)))
        assert (stored.created, stored.rejected) == (10, 0)
        assert set(codes.values_list("code", flat=True)) == set(code.values())
