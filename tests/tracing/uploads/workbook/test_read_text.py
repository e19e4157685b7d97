"""CSV and other texts: what they are written in is found, and what cannot be known is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from tests.tracing.uploads.workbook.reading import (
    HEADINGS,
    RECORD,
    Reader,
    good_row,
    good_rows,
)
from tracing.records.checking import check_rows
from tracing.records.terms import Context, ErrorCell
from tracing.uploads.workbook.layout import ORIGINAL_ROW, REASON, SUBMISSION_MARK
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.read import Sheet
from tracing.uploads.workbook.text_file import TextFile

SMALL = replace(PAGE_LIMITS, max_rows=50)
CODE, SERIAL = "lv1_trac_code", "trac_codg_sn"
NUMBER = "7f3c9a52-0000-4000-8000-000000000000"


def text(
    rows: Sequence[Sequence[object]],
    encoding: str = "utf-8",
    separator: str = ",",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
    end: str = "\r\n",
) -> bytes:
    """Rows as a spreadsheet writes them."""
    held = io.StringIO()
    csv.writer(held, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return held.getvalue().encode(encoding)


def lines(*given: str) -> bytes:
    """A text with the headings above these lines."""
    return "\n".join([",".join(map(str, HEADINGS)), *given, ""]).encode()


def found(sheet: Sheet) -> list[list[object]]:
    return [list(cells) for cells in zip(*sheet.columns.values(), strict=True)]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8（带 BOM）"),
        ("gb18030", "GB 18030"),
        ("gbk", "GB 18030"),
        ("utf-16", "UTF-16"),
    ],
)
@pytest.mark.parametrize(("separator", "named"), [(",", "逗号"), ("\t", "制表符"), (";", "分号")])
def test_encoding_and_separator_are_found_and_said(
    reader: Reader, encoding: str, words: str, separator: str, named: str
) -> None:
    sheet = reader(text([HEADINGS, *good_rows(3)], encoding, separator))
    assert found(sheet) == good_rows(3)
    assert sheet.written_in == (words, named)
    assert (sheet.rows, sheet.heading_row) == ([2, 3, 4], 1)


def test_utf_16_of_the_other_order(reader: Reader) -> None:
    """As Excel's “Unicode text” is, on whatever machine."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        data = mark + text([HEADINGS, good_row()], encoding, "\t")
        assert reader(data).written_in == ("UTF-16", "制表符")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_every_end_of_line_and_quoting(reader: Reader, end: str, quoting: Literal[0, 1]) -> None:
    row = ['a,"b"\nc', *good_row()[1:]]
    sheet = reader(text([HEADINGS, row, good_row(2)], quoting=quoting, end=end))
    assert found(sheet) == [row, good_row(2)]
    assert sheet.rows == [2, 3]  # as Excel numbers them, whatever lines a cell has


def test_a_title_blank_lines_and_the_end_of_dos(reader: Reader) -> None:
    data = text([["国产药追溯码信息", *[""] * 6], [], HEADINGS, good_row(1), [], good_row(2)])
    sheet = reader(b"sep=,\r\n" + data + b"\x1a")
    assert (sheet.heading_row, sheet.rows, sheet.blank_rows) == (4, [5, 7], 1)


def test_headings_in_any_order_and_others(reader: Reader) -> None:
    row = good_row()
    sheet = reader(text([["备注", *reversed(HEADINGS)], ["不读", *reversed(row)]]))
    assert (found(sheet), sheet.ignored_headings) == ([row], ["备注"])


def test_what_keeps_a_code_a_text_is_taken_off(reader: Reader) -> None:
    row = [f'="{cell}"' for cell in good_row()]
    assert found(reader(text([HEADINGS, row]))) == [good_row()]
    bare = ",".join(row)
    assert found(reader(lines(bare))) == [good_row()]
    kept = ['="', '=""', '="a"&"b"', '="say ""x"""', "=1+1"]
    sheet = reader(text([HEADINGS, *[[cell, *good_row()[1:]] for cell in kept]]))
    assert sheet.columns[SERIAL] == ['="', None, '="a"&"b"', 'say "x"', "=1+1"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("8.35E+19", "code_exponent"),
        ("8.35261602526123E+19", "code_exponent"),
        ("8E+19", "code_exponent"),
        ("80000000000000000001.00", "code_decimal"),
        ("#NAME?", "error_cell"),
    ],
)
def test_a_code_that_excel_destroyed_is_a_fault(reader: Reader, cell: str, code: str) -> None:
    row = good_row()
    row[1] = cell
    sheet = reader(text([HEADINGS, row]))
    world = Context(today=date(2026, 5, 1), unit_uscc="91320000MA0000007Q")
    faults = check_rows(RECORD, sheet.columns, world).faults
    assert [fault.code for fault in faults if fault.column == CODE] == [code]


def test_a_row_with_more_cells_than_the_headings_is_a_fault(reader: Reader) -> None:
    """A separator inside a name has moved what stands behind it."""
    row = list(map(str, good_row()))
    sheet = reader(lines(",".join([*row, "x"]), ",".join([*row, " ", ""]), ",".join(row[:2])))
    assert sheet.columns[SERIAL] == [ErrorCell("uneven 8 7"), row[0], row[0]]
    assert sheet.columns["stoin_time"] == [row[6], row[6], None]
    # Columns without a heading are no cells too many.
    wide = text([[*HEADINGS, "", ""], [*row, "note", ""]])
    assert reader(wide).columns[SERIAL] == [row[0]]


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (lines('"a,b', *["c"] * 3), "text_quotes", "第 2 行"),
        (lines("a", '"a"b,c'), "text_quotes", "第 3 行"),
        (text([HEADINGS, good_row()]) + b"\xff\xff", "text_encoding", "第 3 行"),
        (lines("药")[:-3] + b"\n", "text_encoding", "第 2 行"),
        (b"\xef\xbb\xbf" + text([HEADINGS], "gb18030"), "text_encoding", "UTF-8"),
        (text([HEADINGS], "gb18030") + b"a\n\x81", "text_encoding", "GB 18030"),
        (text([HEADINGS], "utf-16") + b"\n", "text_encoding", "UTF-16"),
        (text([HEADINGS]), "no_rows", "第 1 行"),
        (text([["编码", "批号"], ["1", "2"]]), "no_headings", "文本文件"),
        (text([HEADINGS[:3], good_row()[:3]]), "headings_missing", "医疗目录编码"),
        (text([[*HEADINGS, HEADINGS[1]], good_row()]), "headings_repeated", "小包装追溯码"),
        (text([HEADINGS], "utf-16-le"), "wrong_type", "无法识别"),
    ],
)
def test_what_cannot_be_read_is_told_where(
    reader: Reader, data: bytes, code: str, said: str
) -> None:
    assert reader.refusal(data)[0] == code
    assert said in reader.refusal(data)[1]


def test_too_many_rows_and_cells_far_off(reader: Reader) -> None:
    assert len(reader(text([HEADINGS, *good_rows(50)]), SMALL).rows) == 50
    for count in (51, 3000):
        code, words = reader.refusal(text([HEADINGS, *good_rows(count)]), SMALL)
        assert (code, f"有 {count} 行数据" in words) == ("too_many_rows", True)
    code, words = reader.refusal(text([HEADINGS]) + b"\n" * 2000 + b"x\n", SMALL)
    assert (code, "A2002" in words) == ("far_cell", True)
    wide = ",".join(["x"] * 60)
    assert reader.refusal(lines(*[wide] * 1049), SMALL)[0] == "far_cell"


def test_ten_megabytes_of_separators_end_soon(reader: Reader) -> None:
    row = b"," * 9_000_000 + b"x\n"
    assert reader.refusal(text([HEADINGS, *good_rows(2)]) + row)[0] == "far_cell"
    assert reader.refusal(text([HEADINGS]) + b"a\n" * 4_500_000)[0] == "too_many_rows"


def test_an_error_workbook_saved_as_a_text_names_its_upload(reader: Reader) -> None:
    headings = [*HEADINGS, ORIGINAL_ROW, REASON, f"{SUBMISSION_MARK}：{NUMBER}"]
    sheet = reader(text([headings, [*good_row(), 7, "原因"]]))
    assert (sheet.submission, sheet.original_rows) == (NUMBER, [7])
    assert sheet.ignored_headings == []
    without = [*HEADINGS, REASON, f"{SUBMISSION_MARK}：{NUMBER}"]
    assert reader.refusal(text([without, good_row()]))[0] == "original_row_missing"


def test_a_text_without_content_is_not_walked_again_for_each_separator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walked: list[int] = []
    split = TextFile._split

    def counted(self: TextFile, separator: str) -> Iterator[list[str]]:
        for number, cells in enumerate(split(self, separator), start=1):
            walked.append(number)
            yield cells

    monkeypatch.setattr(TextFile, "_split", counted)
    TextFile(b"\n" * 10_000, [], 50)
    assert len(walked) < 4_000


def test_a_very_long_cell_is_named(reader: Reader) -> None:
    rows = good_rows(2)
    long = "x" * 200_000
    sheet = reader(text([HEADINGS, [long, *rows[0][1:]], rows[1]]))
    assert "200000" in str(next(iter(sheet.columns.values()))[0])
