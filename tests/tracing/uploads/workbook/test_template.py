"""The blank workbook, as Excel and as our own reader see it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from tracing.records import RECORDS
from tracing.records.base import Column, Record
from tracing.records.column_kinds import Code, Text
from tracing.uploads.workbook import layout
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.read import read
from tracing.uploads.workbook.template import (
    dress,
    format_words,
    heading,
    required_words,
    template,
    value_words,
)

ALL = pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)


def opened(record: Record) -> Any:
    return load_workbook(template(record))


@ALL
def test_the_first_sheet_is_the_record(record: Record) -> None:
    book = opened(record)
    assert book.sheetnames == [record.title, "填写说明", "portal"]
    sheet = book.worksheets[0]
    assert sheet.max_row == 1
    assert [cell.value for cell in sheet[1]] == [
        f"{column.label}*" if column.required else column.label for column in record.columns
    ]
    assert sheet.freeze_panes == "A2"


@ALL
def test_calamine_reads_the_same(record: Record) -> None:
    book = CalamineWorkbook.from_filelike(template(record))
    assert [(sheet.name, sheet.visible) for sheet in book.sheets_metadata] == [
        (record.title, SheetVisibleEnum.Visible),
        ("填写说明", SheetVisibleEnum.Visible),
        ("portal", SheetVisibleEnum.VeryHidden),
    ]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows == [[heading(column) for column in record.columns]]


@ALL
def test_whole_columns_of_codes_and_texts_are_text(record: Record) -> None:
    sheet = opened(record).worksheets[0]
    for number, column in enumerate(record.columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        expected = {
            "date": "yyyy-mm-dd",
            "moment": "yyyy-mm-dd hh:mm:ss",
            "number": "General",
        }.get(column.kind.type, "@")
        assert dimension.number_format == expected, column.name
        assert (dimension.min, dimension.max) == (number, number)


def test_a_column_style_costs_no_cells() -> None:
    for record in RECORDS.values():
        assert len(template(record).getvalue()) < 40_000


@ALL
def test_validations_reach_to_the_last_row_of_an_upload(record: Record) -> None:
    sheet = opened(record).worksheets[0]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    for number, column in enumerate(record.columns, start=1):
        letter = get_column_letter(number)
        rule = rules.pop(f"{letter}2:{letter}{PAGE_LIMITS.max_rows + 1}", None)
        if column.kind.values:
            assert rule is not None
            words = ",".join(word for _, word in column.kind.values)
            assert (rule.type, rule.formula1) == ("list", f'"{words}"')
        elif column.kind.length:
            assert rule is not None
            assert (rule.type, rule.operator) == ("textLength", "lessThanOrEqual")
            assert rule.formula1 == str(column.kind.length)
        else:
            assert rule is None, column.name
    assert rules == {}


@ALL
def test_every_heading_has_its_note_as_a_comment(record: Record) -> None:
    for cell, column in zip(opened(record).worksheets[0][1], record.columns, strict=True):
        assert column.note in cell.comment.text
        assert column.example in cell.comment.text


@ALL
def test_the_notes_hold_every_column_and_an_example_row(record: Record) -> None:
    rows = [list(row) for row in opened(record)["填写说明"].iter_rows(values_only=True)]
    by_label = {row[0]: row for row in rows if row[1] in ("必填", "入库必填", "选填")}
    for column in record.columns:
        assert by_label[column.label][1:6] == [
            required_words(record, column),
            format_words(column.kind),
            column.note,
            value_words(column.kind) or None,
            column.example,
        ]
    width = len(record.columns)
    assert rows[-2][:width] == [heading(column) for column in record.columns]
    assert rows[-1][:width] == [column.example for column in record.columns]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("shp_sin_no", "必填"),
        ("shpp_sin_no", "入库必填"),
        ("shpp_time", "入库必填"),
        ("cnt", "选填"),
    ],
)
def test_the_notes_say_which_rows_need_a_column(column: str, words: str) -> None:
    record = RECORDS["circulation"]
    assert required_words(record, record.column(column)) == words


@ALL
def test_a_template_filled_in_is_read_again(record: Record, tmp_path: Path) -> None:
    book = opened(record)
    book.worksheets[0].append([column.example for column in record.columns])
    file = tmp_path / "filled.xlsx"
    book.save(file)
    sheet = read(file, record, PAGE_LIMITS)
    assert sheet.columns == {column.name: [column.example] for column in record.columns}
    assert (sheet.rows, sheet.ignored_headings) == ([2], [])


@ALL
def test_the_hidden_sheet_names_record_and_layout(record: Record) -> None:
    sheet = opened(record)[layout.PORTAL_SHEET]
    assert sheet.sheet_state == "veryHidden"
    assert dict(sheet.iter_rows(values_only=True)) == {
        "record": record.code,
        "version": layout.LAYOUT_VERSION,
    }


@ALL
def test_no_cell_is_a_formula(record: Record) -> None:
    for sheet in opened(record).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type in ("s", "n", "inlineStr") for cell in row)
            assert all(cell.value is None for cell in row if cell.data_type == "n")


def test_an_example_that_looks_like_a_formula_stays_text() -> None:
    column = Column("c", "列", Text(9), example="=1+1", note="注。")
    record = Record("r", "表", "f", (), (column,))
    cells = [cell for row in opened(record)["填写说明"].iter_rows() for cell in row]
    same = [cell for cell in cells if cell.value == "=1+1"]
    assert len(same) == 2
    assert all(cell.data_type != "f" for cell in same)


def test_headings_behind_the_record_can_be_added() -> None:
    record = RECORDS["domestic-drug-codes"]
    book = Workbook(write_only=True)
    dress(book.create_sheet(record.title), record, more=("原行号", "失败原因"))
    file = BytesIO()
    book.save(file)
    titles = [cell.value for cell in load_workbook(file).worksheets[0][1]]
    assert titles[-3:] == ["入库时间", "原行号", "失败原因"]


@pytest.mark.parametrize(
    ("record", "column", "words"),
    [
        ("domestic-drug-info", "drug_genname", "文本，最多 128 个字符"),
        ("domestic-drug-info", "aprvno", "编码（文本格式），最多 100 个字符"),
        ("domestic-drug-info", "prodentp_uscc", "代码（文本格式），18 位"),
        ("domestic-drug-info", "convrat", "整数，最多 10 位"),
        ("domestic-drug-info", "manu_cnt", "数字，整数部分最多 12 位，最多 4 位小数"),
        ("domestic-drug-info", "manu_date", "日期，可带时间"),
        ("domestic-drug-info", "rx_flag", "选项，从下拉框选择或填代码"),
        ("domestic-drug-codes", "stoin_time", "日期和时间"),
    ],
)
def test_formats_are_said_in_chinese(record: str, column: str, words: str) -> None:
    assert format_words(RECORDS[record].column(column).kind) == words


def test_a_longer_code_moves_the_validation_with_it() -> None:
    record = RECORDS["domestic-drug-codes"]
    first = replace(record.columns[0], kind=Code(7))
    sheet = opened(replace(record, columns=(first,))).worksheets[0]
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ["7"]
