"""Files as they are read back: by openpyxl, which shows cell types, and by calamine."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.lib.sheets import (
    FORMULA_STARTS,
    Heading,
    guarded,
    unguarded,
    write_csv_file,
    write_xlsx,
)
from tracing.exports.columns import COLUMNS

TWO = (Heading("code", "药耗追溯码", 24.0), Heading("name", "名称", 20.0))
# Texts that spreadsheets like to turn into something else.
TRICKY = [
    "=1+1",
    '=HYPERLINK("http://a","b")',
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "'=1+1",
    "00012",
    "83526160252612345678",
    "83526160252612345679",
    "1E5",
    "20241215",
    "2024-12-15",
    "TRUE",
    "1.0",
    "'quoted",
    "https://example.org/a",
    "(01)06901234567892(10)A213B1(21)1234",
    "某某（中国）　有限公司",
    'a"b,c；d',
    "𠮷野家",
    "#N/A",
]


def rows_of(texts: Sequence[str]) -> Iterator[list[str]]:
    return ([text, "某某"] for text in texts)


def by_openpyxl(path: Path, sheet: int = 0) -> list[list[object]]:
    book = openpyxl.load_workbook(path)
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


def by_calamine(path: Path, sheet: int = 0) -> list[list[object]]:
    book = CalamineWorkbook.from_path(str(path))
    return [list(row) for row in book.get_sheet_by_index(sheet).to_python()]


def by_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_texts_stay_texts_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, "追溯码", TWO, rows_of(TRICKY), len(TRICKY))
    expected = [["药耗追溯码", "名称"], *([text, "某某"] for text in TRICKY)]
    assert by_openpyxl(path) == by_calamine(path) == expected
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    # What is typed over a code stays a text, too.
    assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"@"}


def test_the_workbook_is_easy_to_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, "追溯码", COLUMNS, [["x"] * len(COLUMNS)], 1)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert (book.sheetnames, sheet.freeze_panes) == (["追溯码"], "A2")
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width == pytest.approx(24, abs=1)


def test_control_characters_are_cleaned(tmp_path: Path) -> None:
    dirty = ["a\x00b", "a\x0bb", "a\r\nb", "\t=1", "\x1b[0m", "a\x85b", "\ufffe", "\x7f"]
    clean = ["ab", "ab", "a b", " =1", "[0m", "ab", "", ""]
    write_xlsx(tmp_path / "a.xlsx", "码", TWO, rows_of(dirty), len(dirty))
    found = [row[0] for row in by_calamine(tmp_path / "a.xlsx")[1:]]
    assert found == clean
    write_csv_file(tmp_path / "a.csv", TWO, rows_of(dirty), len(dirty))
    assert [row[0] for row in by_csv(tmp_path / "a.csv")[1:]] == [
        text.replace(" =1", "' =1") for text in clean
    ]


def test_a_csv_opens_with_its_chinese_and_without_formulas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv_file(path, TWO, rows_of(TRICKY), len(TRICKY))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    found = by_csv(path)
    assert found[0] == ["药耗追溯码", "名称"]
    formulas = [text for text in TRICKY if text.lstrip("'")[0] in "=+-@＝"]
    assert len(formulas) == 7
    assert [row[0] for row in found[1:]] == [
        f"'{text}" if text in formulas else text for text in TRICKY
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"])
def test_every_start_of_a_formula_gets_its_apostrophe_in_a_csv(tmp_path: Path, start: str) -> None:
    path = tmp_path / "a.csv"
    write_csv_file(path, TWO, [["83526160252612345678", f"{start}1"], ["a", "b"]], 2)
    assert by_csv(path)[1][1].startswith("'")
    assert by_csv(path)[2] == ["a", "b"]


@pytest.mark.parametrize(
    "hidden", ["\x01=1", "'\x01=1", "\x01'=1", "\x85=1", "\ufffe＝1", "\x1f=1"]
)
def test_a_control_in_front_hides_no_formula(tmp_path: Path, hidden: str) -> None:
    path = tmp_path / "a.csv"
    write_csv_file(path, TWO, [["83526160252612345678", hidden]], 1)
    assert by_csv(path)[1][1].startswith("'")
    assert guarded(hidden) == f"'{hidden}"


@given(st.text("'=＝+a\t1\x01\x1f", max_size=6))
def test_what_was_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA_STARTS)


def test_more_rows_than_a_sheet_takes_go_to_several_with_an_index(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    codes = [str(n) for n in range(25)]
    write_xlsx(path, "追溯码", TWO, rows_of(codes), 25, sheet_rows=10)
    assert openpyxl.load_workbook(path).sheetnames == ["追溯码1", "追溯码2", "追溯码3", "目录"]
    sheets = [by_calamine(path, sheet) for sheet in range(3)]
    assert [row[0] for sheet in sheets for row in sheet[1:]] == codes
    assert [sheet[0] for sheet in sheets] == [["药耗追溯码", "名称"]] * 3
    assert by_calamine(path, 3) == [
        ["工作表", "行数"],
        ["追溯码1", "10"],
        ["追溯码2", "10"],
        ["追溯码3", "5"],
    ]


def test_a_full_last_sheet_is_the_last(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, "码", TWO, rows_of(["1"] * 20), 20, sheet_rows=10)
    assert openpyxl.load_workbook(path).sheetnames == ["码1", "码2", "目录"]


@pytest.mark.parametrize("counted", [2, 4])
@pytest.mark.parametrize("sheet_rows", [1, 2, 100])
def test_rows_must_be_as_many_as_counted(tmp_path: Path, counted: int, sheet_rows: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        write_xlsx(tmp_path / "a.xlsx", "码", TWO, rows_of("abc"), counted, sheet_rows=sheet_rows)
    with pytest.raises(ValueError, match="rows"):
        write_csv_file(tmp_path / "a.csv", TWO, rows_of("abc"), counted)


def test_a_ragged_row_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="argument 2"):
        write_xlsx(tmp_path / "a.xlsx", "码", TWO, [["a", "b"], ["a"]], 2)


def test_a_fault_in_the_rows_reaches_the_caller(tmp_path: Path) -> None:
    def broken() -> Iterator[list[str]]:
        yield ["a", "b"]
        raise ConnectionError("the server went away")

    with pytest.raises(ConnectionError):
        write_xlsx(tmp_path / "a.xlsx", "码", TWO, broken(), 2)


def test_the_headings_are_all_different() -> None:
    labels = [column.label for column in COLUMNS]
    assert len(set(labels)) == len(labels) == 34
