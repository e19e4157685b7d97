"""Cells that would cost far more than their size: too long for Excel, or too wild to be folded."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from portal.lib import folding
from tests.people import Side
from tests.tracing.uploads.rows import CODES, code_rows, pack_code
from tests.tracing.uploads.test_submissions import faults_of
from tests.tracing.uploads.uploads import upload
from tests.tracing.uploads.workbook.reading import (
    HEADINGS,
    NAMES,
    TITLE,
    Reader,
    good_row,
    good_rows,
)
from tests.tracing.uploads.workbook.workbooks import xlsx
from tracing.records.cells import LONGEST_CELL, LONGEST_FOLDED
from tracing.records.terms import ErrorCell
from tracing.uploads.models import SubmissionState

# The attack: 600 KB of text in a workbook of 3 KB, sorted in the square of its length.
WILD = "a" + "\u0315" * 150_000 + "\u0316" * 150_000
LIGATURES = "\ufdfa" * LONGEST_CELL
CODE = NAMES.index("lv1_trac_code")


def row_with(cell: str, serial: int = 1) -> list[object]:
    row = list(code_rows(1, start=serial)[0].values())
    row[CODE] = cell
    return row


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of the texts that this process folds."""
    lengths: list[int] = []

    def noted(form: Any, text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text)

    monkeypatch.setattr(folding, "normalize", noted)
    return lengths


def test_a_text_that_excel_cannot_write_stays_in_the_file(reader: Reader) -> None:
    data = xlsx({TITLE: [HEADINGS, good_row(1), row_with(WILD, 2), row_with("8" * 32_768, 3)]})
    assert len(data) < 5_000
    sheet = reader(data)
    assert sheet.columns["lv1_trac_code"][1:] == [
        ErrorCell("too_long 300001"),
        ErrorCell("too_long 32768"),
    ]
    assert sheet.columns["lv2_trac_code"][1] == pack_code(0, 8000002)


def test_the_longest_text_of_excel_is_read(reader: Reader) -> None:
    sheet = reader.rows([HEADINGS, row_with("中" * LONGEST_CELL)])
    assert sheet.columns["lv1_trac_code"] == ["中" * LONGEST_CELL]


@pytest.mark.parametrize("heading", [WILD, LIGATURES, "中" * 300])
def test_a_heading_that_nobody_wrote_is_not_read_and_named_shortly(
    reader: Reader, heading: str
) -> None:
    sheet = reader.rows([[*HEADINGS, heading], [*good_row(), "x"]])
    assert sheet.ignored_headings == [heading[:57] + "…"]
    assert len(sheet.rows) == 1
    code, words = reader.refusal(xlsx({TITLE: [[*HEADINGS[1:], heading], *good_rows()]}))
    assert code == "headings_missing"
    assert len(words) < 500


@pytest.mark.parametrize("name", [WILD, "\ufdfa" * 9_000])
def test_a_sheet_with_such_a_name_is_another_sheet(reader: Reader, name: str) -> None:
    assert len(reader(xlsx({name: [["a"]], TITLE: [HEADINGS, good_row()]})).rows) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (WILD, "cell_too_long"),
        (LIGATURES, "cell_too_long"),
        ("8" + "\u0315\u0316" * 200, "too_many_marks"),
        ("\ufdfa" * LONGEST_FOLDED, "grows_too_long"),
    ],
)
def test_it_is_a_fault_of_its_cell_and_costs_nothing(
    maker: Side, tmp_path: Path, folds: list[int], cell: str, fault: str
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx({TITLE: [HEADINGS, row_with(pack_code(1), 1), row_with(cell, 2)]}))
    submission = upload(*maker, CODES, path)
    assert submission.state == SubmissionState.STAGED
    assert (submission.total, submission.accepted) == (2, 1)
    assert faults_of(submission) == {3: [fault]}
    assert max(folds, default=0) <= LONGEST_FOLDED


@pytest.mark.django_db(transaction=True)
def test_many_such_cells_cost_nothing_either(maker: Side, tmp_path: Path, folds: list[int]) -> None:
    """408 KB of them once held the worker for four minutes."""
    rows = [row_with(f"{n}" + "\ufdfa" * 30_000, n) for n in range(200)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx({TITLE: [HEADINGS, *rows]}))
    submission = upload(*maker, CODES, path)
    assert submission.refusal_code is None, submission.refusal_detail
    assert (submission.total, submission.accepted) == (200, 0)
    assert max(folds, default=0) <= LONGEST_FOLDED
