"""Sample workbooks open everywhere and hold cells of the right types."""

import hashlib
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.tracing.synthetic.makers import MAKER
from tracing.records.terms import Cell, ErrorCell
from tracing.synthetic.sample import Order, make
from tracing.synthetic.workbook import SheetData, write

CELLS: list[Cell] = ["8000000<&>\"'某", None, 12, 8.5e19, ErrorCell("#N/A"), ErrorCell("formula")]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    write(path, [SheetData("国产药信息", ["甲*", "乙"], [CELLS, ["x"] * len(CELLS)])])
    return path


def test_openpyxl_reads_the_types(book: Path) -> None:
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet.title == "国产药信息"
    assert [cell.value for cell in sheet[1]] == ["甲*", "乙"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "n", "e", "f"]
    assert [cell.value for cell in cells[:4]] == CELLS[:4]
    assert cells[0].number_format == "@"


def test_calamine_reads_the_same_rows(book: Path) -> None:
    rows = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:5]] == [CELLS[0], "", 12.0, 8.5e19]
    assert {row[1] for row in rows[1:]} == {"x"}


def test_the_same_rows_written_twice_are_two_files_with_one_content(tmp_path: Path) -> None:
    sample = make("domestic-drug-codes", Order(MAKER, 5_000, faults=0.01))
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        sample.write(path)
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in paths}) == 2
    first, second = (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python() for path in paths
    )
    assert first == second
    assert len(first) == 5_001


def test_a_sample_has_the_shape_of_the_template(tmp_path: Path) -> None:
    path = tmp_path / "sample.xlsx"
    make("domestic-drug-codes", Order(MAKER, 2)).write(path)
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["国产药追溯码信息", "填写说明"]
    headings = book.get_sheet_by_index(0).to_python()[0]
    assert headings[:4] == ["追溯码唯一流水号*", "小包装追溯码*", "中包装追溯码", "大包装追溯码"]


def test_a_type_that_samples_do_not_hold_is_not_written_wrongly(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="bool"):
        write(tmp_path / "x.xlsx", [SheetData("s", ["a"], [[True]])])
