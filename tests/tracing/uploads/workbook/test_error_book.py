"""The error workbook: what was read comes back as it was, in parts where there is much of it."""

from __future__ import annotations

import tracemalloc
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.lib.refused import refusal
from tests.people import Side
from tests.tracing.commands.test_import_file import run_json
from tests.tracing.records.build import context
from tests.tracing.uploads.rows import CODES, code_rows, example, sheet_rows, workbook
from tests.tracing.uploads.test_edges import BAD, GOOD, assert_adds_up
from tests.tracing.uploads.uploads import confirm, upload
from tracing.records import RECORDS
from tracing.records.checking import check_rows
from tracing.records.fault_kind import Severity
from tracing.records.terms import ErrorCell
from tracing.stores.models_codes import TraceCode
from tracing.uploads import actions, report
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store
from tracing.uploads.workbook import error_book, layout
from tracing.uploads.workbook.error_book import Failure, Rows, write_book
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.read import read

RECORD = RECORDS[CODES]
NUMBER = "7f3c9a52-0000-4000-8000-000000000000"
TEXTS = ["=1+1", "00123", " x ", "a\nb", "<&>\"'", "_x0041_", "中", "+86", "a\rb"]
TYPED: list[Any] = [
    8.352616025261235e19,
    0.1,
    7,
    True,
    datetime.fromisoformat("2024-12-15T09:30:00"),
    date(2024, 12, 15),
    time(12, 0),
    timedelta(hours=30),
    ErrorCell("#N/A"),
    ErrorCell("formula"),
]


def failure(row: int, *cells: Any) -> Failure:
    """A row whose second column is wrong."""
    filled = [*cells, *[None] * (len(RECORD.columns) - len(cells))]
    return Failure(row, filled, [(RECORD.columns[1].name, "小包装追溯码有误，请改正。")])


def written(path: Path, *failures: Failure) -> Path:
    write_book(path, RECORD, NUMBER, Rows(iter(failures)))
    return path


@pytest.mark.parametrize("shared", [0, error_book.MOST_SHARED])
def test_cells_come_back_as_they_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: int
) -> None:
    monkeypatch.setattr(error_book, "MOST_SHARED", shared)
    cells = [*TEXTS, *TYPED]
    path = written(tmp_path / "a.xlsx", *(failure(n, cell) for n, cell in enumerate(cells, 5)))
    sheet = read(path, RECORD, PAGE_LIMITS)
    assert sheet.original_rows == list(range(5, 5 + len(cells)))
    back = sheet.columns[RECORD.columns[0].name]
    assert back[: len(TEXTS)] == TEXTS
    typed = back[len(TEXTS) :]
    assert typed[:4] == TYPED[:4]
    assert [str(cell) for cell in typed[4:8]] == [
        "2024-12-15 09:30:00",
        "2024-12-15",
        "12:00:00",
        "1 day, 6:00:00",
    ]
    assert typed[8:] == [ErrorCell("#N/A"), ErrorCell("#VALUE!")]


def test_marks_and_comments_stand_where_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_book, "COMMENTS", 2)
    path = written(tmp_path / "a.xlsx", *(failure(n, "甲", "8") for n in range(2, 6)))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    commented = [sheet.cell(row, 2).comment is not None for row in range(2, 6)]
    assert commented == [True, True, False, False]
    fills = {sheet.cell(row, column).fill.fgColor.rgb for row in range(2, 6) for column in (2,)}
    assert fills == {"FFF2B8B5"}
    assert sheet.cell(5, 1).fill.fgColor.rgb != "FFF2B8B5"
    assert sheet.cell(5, 1).number_format == "@"
    assert sheet.freeze_panes == "A2"
    headings = [cell.value for cell in sheet[1]]
    assert headings[-3:-1] == [layout.ORIGINAL_ROW, layout.REASON]
    assert headings[-1] == f"{layout.SUBMISSION_MARK}：{NUMBER}"


def test_rooms_end_before_the_limits_of_the_page() -> None:
    mebibyte = 1 << 20
    assert error_book._has_room(0, 19 * mebibyte)
    assert not error_book._has_room(mebibyte // 10, 21 * mebibyte)  # a ratio gates refuse
    assert error_book._has_room(mebibyte, 39 * mebibyte)
    assert not error_book._has_room(PAGE_LIMITS.max_bytes * 6 // 10, mebibyte)
    assert not error_book._has_room(5 * mebibyte, PAGE_LIMITS.max_unpacked // 2)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few rows each."""
    monkeypatch.setattr(error_book, "MOST_BYTES", 1)
    monkeypatch.setattr(error_book, "COMMENTS", 3)
    monkeypatch.setattr(error_book, "ROWS_PER_LOOK", 1)


def mend(path: Path, target: Path) -> Path:
    """Mend every row of a part."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    column = [str(cell.value).rstrip("*") for cell in sheet[1]].index("商品码") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value = GOOD
    book.save(target)
    return target


@pytest.mark.django_db(transaction=True)
def test_parts_come_back_in_any_order(maker: Side, small_parts: None, tmp_path: Path) -> None:
    rows = code_rows(8, prod_code=BAD)
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    parts = [path.read_bytes() for path in staged.report_parts()]
    assert len(parts) == 3
    numbers = [row[-2] for path in staged.report_parts() for row in sheet_rows(path)[1]]
    assert numbers == list(range(2, 10))
    for turn, number in enumerate((2, 0, 1)):
        path = tmp_path / f"part{number}.xlsx"
        path.write_bytes(parts[number])
        staged = upload(*maker, CODES, mend(path, tmp_path / f"mended{number}.xlsx"))
        assert staged.rounds == turn + 2
        # Parts that are needed no more are gone.
        assert bool(staged.report_parts()) == bool(staged.rejected)
    stored = confirm(staged)
    assert (stored.created, stored.rejected) == (8, 0)
    assert_adds_up(stored)
    assert TraceCode.everything.count() == 8


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_every_part(maker: Side, small_parts: None, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", CODES, code_rows(8, prod_code=BAD))
    target = tmp_path / "report.xlsx"
    _, result = run_json(maker.unit.slug, CODES, file, "--report", str(target))
    assert (result["report"], result["report_parts"]) == (str(target), 3)
    submission = Submission.everything.get()
    for number, part in enumerate(submission.report_parts(), start=1):
        copied = target if number == 1 else tmp_path / f"report-{number}.xlsx"
        assert copied.read_bytes() == part.read_bytes()


def no_room(path: Path, *rest: Any) -> None:
    """Write where every byte meets a full disk."""
    write_book(Path("/dev/full"), *rest)


@pytest.mark.django_db(transaction=True)
def test_a_workbook_without_room_takes_nothing_else_with_it(
    maker: Side,
    rival: Side,
    small_parts: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = code_rows(8, prod_code=BAD)
    rows[0]["prod_code"] = rows[1]["prod_code"] = GOOD
    staged = upload(*maker, CODES, workbook(tmp_path / "a.xlsx", CODES, rows))
    assert len(staged.report_parts()) == 2
    confirm(upload(*rival, CODES, workbook(tmp_path / "b.xlsx", CODES, rows[1:2])))
    with monkeypatch.context() as full:
        full.setattr(report, "write_book", no_room)
        stored = confirm(staged)
    assert (stored.state, stored.attempts, stored.lease_token) == ("stored", 0, None)
    assert (stored.created, stored.rejected) == (0, 8)
    # Those of before would be taken for the ones of now.
    assert (stored.report_parts(), report.missing(stored)) == ([], True)
    assert actions.write_report(stored)
    assert not actions.write_report(stored)
    check_and_store(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, len(stored.report_parts())) == ("stored", 3)
    assert_adds_up(stored)
    assert not actions.write_report(stored)


@pytest.mark.django_db(transaction=True)
def test_the_command_asks_again_for_a_workbook_that_had_no_room(
    maker: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*code_rows(1), *code_rows(8, start=1, prod_code=BAD)]
    file = workbook(tmp_path / "a.xlsx", CODES, rows)
    target = tmp_path / "report.xlsx"
    with monkeypatch.context() as full:
        full.setattr(report, "write_book", no_room)
        _, result = run_json(maker.unit.slug, CODES, file, "--report", str(target))
    assert (result["state"], result["rejected"], result["report"]) == ("staged", 8, None)
    assert refusal("report_not_kept").message in capsys.readouterr().err
    _, result = run_json(maker.unit.slug, CODES, file, "--report", str(target))
    assert (result["state"], result["earlier"], result["report"]) == ("staged", True, str(target))


def peak_of_checking(rows: list[dict[str, Any]]) -> int:
    """The most bytes that checking rows and saying what is wrong with them held at once."""
    cells = {c.name: [row[c.name] for row in rows] for c in RECORD.columns}
    tracemalloc.start()
    try:
        checked = check_rows(RECORD, cells, context())
        for _ in checked.findings.by_row(Severity.ERROR):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_rows_that_fail_hold_little_more_memory_than_good_ones() -> None:
    """An object for each fault takes twelve times as much as good rows."""
    count = 5_000
    good = code_rows(count)
    wrong = [dict.fromkeys(example(CODES), f"坏{n}") for n in range(count)]
    assert peak_of_checking(wrong) < 8 * peak_of_checking(good)
