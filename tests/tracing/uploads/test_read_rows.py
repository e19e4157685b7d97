"""The file of an array is read as boundedly as a workbook, whatever has become of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.lib.refused import Refused, catalogue
from tests.tracing.uploads.rows import code_rows
from tests.tracing.uploads.workbook.reading import RECORD
from tracing.records.terms import Cell, ErrorCell
from tracing.uploads.arrays import corrected, read_rows, written
from tracing.uploads.cells import to_json
from tracing.uploads.workbook import read as reader
from tracing.uploads.workbook.limits import PAGE_LIMITS, Limits
from tracing.uploads.workbook.read import Sheet, read, wanted

WANTED = wanted(RECORD)
NAMES = [column.name for column in RECORD.columns]
HEAD = {"record": RECORD.code, "version": "1", "submission": None, "columns": NAMES}
ROW = list(code_rows(1)[0].values())


@pytest.fixture(autouse=True)
def read_here() -> None:
    """Let a child read what is not read here."""


@pytest.fixture(autouse=True, params=[reader.READ_HERE, 0], ids=["here", "by a child"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file is read in the process that asks, a large one by a child: nobody can tell."""
    monkeypatch.setattr(reader, "READ_HERE", request.param)


def file_of(path: Path, *lines: Any) -> Path:
    """A file of these lines; what is no bytes is written as JSON."""
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(b"\n".join(texts) + b"\n")
    return path


def read_lines(folder: Path, *lines: Any, limits: Limits = PAGE_LIMITS) -> Sheet:
    return read(file_of(folder / "1.jsonl", *lines), RECORD, limits)


def refusal(folder: Path, *lines: Any, limits: Limits = PAGE_LIMITS) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        read_lines(folder, *lines, limits=limits)
    return caught.value.code, str(caught.value)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows = code_rows(3)
    path = tmp_path / "1.jsonl"
    path.write_bytes(b"".join(written(rows, RECORD.code, WANTED, 3)))
    sheet = read(path, RECORD, PAGE_LIMITS)
    assert sheet.columns == {name: [row[name] for row in rows] for name in NAMES}
    assert (sheet.rows, sheet.heading_row, sheet.submission) == ([1, 2, 3], 0, None)
    assert sheet.original_rows is None


def test_corrected_cells_keep_their_types(tmp_path: Path) -> None:
    """Every kind of cell that a failing row holds comes back as it was, errors too."""
    noon = datetime(2024, 12, 15, 12)  # noqa: DTZ001 - as a workbook has it
    cells: list[Cell] = ["8" * 20, 8.35e19, True, noon, noon.date(), noon.time()]
    cells += [timedelta(hours=30), ErrorCell("#N/A"), ErrorCell("merged"), None]
    rows = [(number, [to_json(cell)] * len(NAMES)) for number, cell in enumerate(cells, start=7)]
    path = tmp_path / "1.jsonl"
    path.write_bytes(b"".join(corrected(rows, RECORD.code, NAMES, "an upload")))
    sheet = read(path, RECORD, PAGE_LIMITS)
    assert sheet.columns[NAMES[0]] == cells[:-1]
    assert [type(cell) for cell in sheet.columns[NAMES[1]]] == [type(cell) for cell in cells[:-1]]
    # A row without content counts for nothing, as in a sheet.
    assert (sheet.original_rows, sheet.submission) == (
        [7, 8, 9, 10, 11, 12, 13, 14, 15],
        "an upload",
    )


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"date": "noon"},
        {"float": "x"},
        {"timedelta": "x"},
        {"timedelta": 1e300},
        {"other": 1},
        [1],
    ],
)
def test_a_cell_that_was_never_kept(tmp_path: Path, cell: Any) -> None:
    assert refusal(tmp_path, HEAD, [cell, *ROW[1:]])[0] == "rows_unreadable"


def test_a_workbook_is_none_whatever_it_is_called(tmp_path: Path) -> None:
    """Only the ending that `submit_rows` gives says that a file is an array; this is a text."""
    path = file_of(tmp_path / "1.xlsx", HEAD, ROW)
    with pytest.raises(Refused) as caught:
        read(path, RECORD, PAGE_LIMITS)
    assert caught.value.code == "no_headings"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 50_000,
        [],
        {**HEAD, "record": "domestic-drug-info"},
        {**HEAD, "version": "0"},
        {**HEAD, "submission": 7},
        {**HEAD, "columns": [*NAMES, "other"]},
        {**HEAD, "columns": [*NAMES, NAMES[0]]},
        {**HEAD, "columns": [*NAMES[1:], ["nested"]]},
        {**HEAD, "columns": [*NAMES[1:], 10**400]},
        {"columns": NAMES},
    ],
)
def test_a_first_line_that_we_did_not_write(tmp_path: Path, head: Any) -> None:
    assert refusal(tmp_path, head, ROW)[0] == "rows_unreadable"


def test_a_column_that_a_record_has_come_to_require(tmp_path: Path) -> None:
    code, words = refusal(tmp_path, {**HEAD, "columns": NAMES[1:]}, ROW[1:])
    assert (code, "trac_codg_sn（追溯码唯一流水号）" in words) == ("columns_missing", True)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1,",
        b"\xff",
        b"[" * 50_000,
        b"9" * 5_000,
        {"a": 1},
        ROW[:-1],
        [*ROW, None],
        [*ROW[:-1], []],
        [*ROW[:-1], {"a": [1]}],
    ],
)
def test_a_line_that_we_did_not_write(tmp_path: Path, line: Any) -> None:
    code, words = refusal(tmp_path, HEAD, ROW, line, ROW)
    assert (code, "第 3 行" in words) == ("rows_unreadable", True)


def test_rows_are_counted_while_they_are_read(tmp_path: Path) -> None:
    limits = replace(PAGE_LIMITS, max_rows=2)
    assert read_lines(tmp_path, HEAD, ROW, ROW, limits=limits).rows == [1, 2]
    assert refusal(tmp_path, HEAD, *[ROW] * 3, limits=limits)[0] == "rows_too_many"
    assert refusal(tmp_path, HEAD)[0] == "rows_empty"
    assert refusal(tmp_path, HEAD, [None] * len(ROW), [" "] * len(ROW))[0] == "rows_empty"


def test_memory_and_time_are_those_of_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [HEAD, *([f"{row}-{n}{'x' * 200}" for n in range(len(ROW))] for row in range(30_000))]
    tight = replace(PAGE_LIMITS, max_bytes=1 << 30)
    assert len(read_lines(tmp_path, *lines, limits=tight).rows) == 30_000
    small = replace(tight, memory_bytes=96 << 20)
    assert refusal(tmp_path, *lines, limits=small)[0] == "too_complex"
    # What was measured when it came may be larger than what people send.
    assert len(read_lines(tmp_path, *lines).rows) == 30_000
    monkeypatch.setattr(reader, "LARGEST_ARRAY", 0)
    assert refusal(tmp_path, *lines)[0] == "too_large"


def test_a_long_text_is_left_in_the_file(tmp_path: Path) -> None:
    longest = "x" * 32_767
    sheet = read_lines(tmp_path, HEAD, [longest, longest + "x", *ROW[2:]])
    first, second, *_ = (column[0] for column in sheet.columns.values())
    assert (first, second) == (longest, ErrorCell("too_long 32768"))


def test_values_arrive_as_they_were_sent(tmp_path: Path) -> None:
    cells = [True, 7, 2.5, "\x7f\x00", None, "\ud83d\ude00", "\ud83d"]
    sheet = read_lines(tmp_path, HEAD, cells)
    found = [column[0] for column in sheet.columns.values()]
    assert found == [True, 7, 2.5, "\x7f\x00", None, "😀", "\x7f"]
    assert list(map(type, found)) == list(map(type, cells))
    beyond = [10**400, -(10**400), float("inf"), float("nan"), 1e308, 10**300, None]
    sheet = read_lines(tmp_path, HEAD, beyond)
    error = ErrorCell("#NUM!")
    found = [column[0] for column in sheet.columns.values()]
    assert found == [error, error, error, error, 1e308, 10**300, None]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inside: st.lists(inside, max_size=9) | st.dictionaries(st.text(max_size=4), inside),
    max_leaves=12,
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())


def has_words(refused: Refused) -> None:
    """A refusal has a sentence, whatever was found."""
    assert refused.code in catalogue()
    assert "{" not in str(Refused(refused.code, **dict.fromkeys(refused.detail, "")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        JSON | st.dictionaries(st.sampled_from(NAMES), JSON | PLAIN, min_size=len(NAMES) - 2)
    )
    | JSON
)
def test_whatever_is_sent_is_refused_or_read(tmp_path: Path, rows: Any) -> None:
    """In this process, where whatever else is raised would be seen."""
    path = tmp_path / "1.jsonl"
    try:
        path.write_bytes(b"".join(written(rows, RECORD.code, WANTED, 1_000)))
        with path.open("rb") as file:
            answer, columns = read_rows(file, RECORD.code, WANTED, PAGE_LIMITS.for_child(1))
    except Refused as refused:
        has_words(refused)
        return
    assert {len(column) for column in columns.values()} == {len(answer["rows"])}
    assert max(answer["rows"]) <= len(rows)
