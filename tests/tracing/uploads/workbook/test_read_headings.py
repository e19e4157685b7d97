"""Choosing the sheet, its row of headings, and the columns."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from portal.lib.refused import Refused
from tests.tracing.uploads.workbook.reading import (
    HEADINGS,
    RECORD,
    TITLE,
    Reader,
    good_row,
    good_rows,
)
from tests.tracing.uploads.workbook.workbooks import rows_xml, sheet_xml, xlsx
from tracing.records import RECORDS
from tracing.uploads.workbook.layout import (
    LAYOUT_VERSION,
    ORIGINAL_ROW,
    PORTAL_RECORD,
    PORTAL_SHEET,
    PORTAL_SUBMISSION,
    PORTAL_VERSION,
    REASON,
)

Sheets = dict[str, list[list[object]]]

SUBMISSION = "5f0c2b7e-3a53-4c5e-9d5c-0a4c9d5b7c11"


def test_notes_rows_before_the_headings(reader: Reader) -> None:
    notes: list[list[object]] = [["填写须知"], [], ["一、追溯码以文本格式填写", "二、勿改列标题"]]
    sheet = reader.rows([*notes, HEADINGS, *good_rows(2)])
    assert (sheet.heading_row, sheet.rows) == (4, [5, 6])


def test_headings_lower_than_the_first_twenty_rows_are_not_looked_for(reader: Reader) -> None:
    notes: list[list[object]] = [["须知"]] * 20
    code, words = reader.refusal(xlsx({TITLE: [*notes, HEADINGS, good_row()]}))
    assert code == "no_headings"
    assert "小包装追溯码" in words
    assert TITLE in words


def test_order_marks_blanks_and_aliases_do_not_matter(reader: Reader) -> None:
    headings = ["＊商品码", "小包装 追溯码*", "医 疗目录编码 *", "*追溯码唯一流水号\u200b", "备注"]
    sheet = reader.rows([headings, ["69", "80", "XA", "SN", "note"]])
    found = {name: cells[0] for name, cells in sheet.columns.items() if cells[0] is not None}
    assert found == {
        "prod_code": "69",
        "lv1_trac_code": "80",
        "med_list_codg": "XA",
        "trac_codg_sn": "SN",
    }
    assert sheet.ignored_headings == ["备注"]


@pytest.mark.parametrize("alias", RECORD.column("lv1_trac_code").aliases)
def test_every_alias_is_understood(reader: Reader, alias: str) -> None:
    headings = [alias if label == "小包装追溯码" else label for label in HEADINGS]
    assert reader.rows([headings, good_row()]).columns["lv1_trac_code"] == [good_row()[1]]


def test_a_missing_required_heading_is_named(reader: Reader) -> None:
    headings = ["药品码" if label == "小包装追溯码" else label for label in HEADINGS]
    code, words = reader.refusal(xlsx({TITLE: [["说明"], headings, good_row()]}))
    assert code == "headings_missing"
    assert "第 2 行" in words
    assert "必填列：小包装追溯码" in words
    assert "药品码" in words


@pytest.mark.parametrize(
    ("sheet", "found"),
    [("国产药零售信息", {"国产药零售信息"}), ("Sheet1", {"国产药零售信息", "进口药零售信息"})],
)
def test_the_template_of_another_record_is_named(
    reader: Reader, sheet: str, found: set[str]
) -> None:
    headings = [column.label for column in RECORDS["domestic-drug-retail"].columns]
    code, words = reader.refusal(xlsx({sheet: [headings, ["x"] * len(headings)]}))
    assert code == "other_template"
    said, _, rest = words.partition("的模板，而选择的导入模板是")
    assert set(said.partition("是《")[2].removesuffix("》").split("》或《")) == found
    assert rest.startswith(f"《{TITLE}》")


def test_headings_that_fit_another_record_no_better_are_missing(reader: Reader) -> None:
    record = RECORDS["domestic-drug-shipment"]
    headings = [c.label for c in record.columns if c.name != "trac_codg_sn"]
    with pytest.raises(Refused) as caught:
        reader(xlsx({"Sheet1": [headings, ["x"] * len(headings)]}), record=record)
    assert caught.value.code == "headings_missing"


def test_a_repeated_heading_is_named_with_its_columns(reader: Reader) -> None:
    alias = RECORD.column("lv1_trac_code").aliases[0]
    code, words = reader.refusal(xlsx({TITLE: [[*HEADINGS, alias], [*good_row(), "1"]]}))
    assert code == "headings_repeated"
    assert f"{alias}（B 列与 H 列）" in words


def test_the_titled_sheet_wins_wherever_it_stands(reader: Reader) -> None:
    sheets: Sheets = {
        "汇总": [HEADINGS, good_row(1)],
        TITLE: [HEADINGS, good_row(2)],
        "其他": [["x"]],
    }
    sheet = reader(xlsx(sheets))
    assert sheet.columns["lv1_trac_code"] == [good_row(2)[1]]
    assert sheet.other_sheets == ["汇总", "其他"]


def test_without_a_titled_sheet_the_headings_decide(reader: Reader) -> None:
    sheets: Sheets = {"说明": [["填表须知"]], "Sheet3": [HEADINGS, good_row(3)]}
    assert reader(xlsx(sheets)).sheet_name == "Sheet3"
    sheets = {TITLE: [["空白"]], "Sheet3": [HEADINGS, good_row(3)]}
    assert reader(xlsx(sheets)).sheet_name == "Sheet3"


def test_several_matching_sheets_are_named(reader: Reader) -> None:
    rows = [HEADINGS, good_row()]
    code, words = reader.refusal(xlsx({"一月": rows, "二月": rows, "三月": [["x"]]}))
    assert code == "several_sheets"
    assert "一月、二月" in words
    assert f"“{TITLE}”" in words


def test_a_hidden_sheet_is_not_read_and_said_so(reader: Reader) -> None:
    sheets: Sheets = {TITLE: [HEADINGS, good_row()], "Sheet2": [["x"]]}
    code, words = reader.refusal(xlsx(sheets, states={TITLE: "hidden"}))
    assert code == "sheet_hidden"
    assert "取消隐藏" in words


@pytest.mark.parametrize("rows", [[HEADINGS], [HEADINGS, [], [" ", "\u3000"]]])
def test_headings_alone_are_their_own_refusal(reader: Reader, rows: list[list[object]]) -> None:
    code, words = reader.refusal(xlsx({TITLE: rows}))
    assert code == "no_rows"
    assert TITLE in words


def error_workbook(
    rows: list[list[object]],
    headings: Sequence[object] = (*HEADINGS, ORIGINAL_ROW, REASON),
    **portal: str,
) -> bytes:
    pairs = {
        PORTAL_SUBMISSION: SUBMISSION,
        PORTAL_RECORD: RECORD.code,
        PORTAL_VERSION: LAYOUT_VERSION,
        **portal,
    }
    named: list[list[object]] = [[key, value] for key, value in pairs.items()]
    sheets: Sheets = {TITLE: [list(headings), *rows], PORTAL_SHEET: named}
    return xlsx(sheets, states={PORTAL_SHEET: "veryHidden"})


def test_an_error_workbook_names_its_submission_and_rows(reader: Reader) -> None:
    rows = [[*good_row(1), 7, "原因"], [*good_row(2), "12 ", ""], [*good_row(3), 3.0, ""]]
    sheet = reader(error_workbook(rows))
    assert sheet.submission == SUBMISSION
    assert sheet.original_rows == [7, 12, 3]
    assert (sheet.rows, sheet.ignored_headings, sheet.other_sheets) == ([2, 3, 4], [], [])


def test_a_cleared_row_of_an_error_workbook_is_blank(reader: Reader) -> None:
    cleared: list[object] = [None] * len(HEADINGS)
    sheet = reader(error_workbook([[*good_row(1), 7, ""], [*cleared, 8, "原因"]]))
    assert (sheet.original_rows, sheet.blank_rows) == ([7], 1)


@pytest.mark.parametrize("number", ["", "x", 0, -3, 2.5, True, "1e3", 10**9])
def test_an_original_row_that_is_no_row_number_comes_as_it_stands(
    reader: Reader, number: object
) -> None:
    sheet = reader(error_workbook([[*good_row(1), 7, ""], [*good_row(2), number, ""]]))
    assert sheet.original_rows is not None
    assert sheet.original_rows[0] == 7
    assert isinstance(sheet.original_rows[1], str)


def test_a_repeated_original_row_is_left_to_the_check(reader: Reader) -> None:
    data = error_workbook([[*good_row(1), 7, ""], [*good_row(2), 8, ""], [*good_row(3), 7, ""]])
    assert reader(data).original_rows == [7, 8, 7]


def test_an_error_workbook_without_its_row_numbers(reader: Reader) -> None:
    data = error_workbook([good_row()], headings=HEADINGS)
    assert reader.refusal(data)[0] == "original_row_missing"


def test_a_workbook_of_another_record_is_named_by_its_title(reader: Reader) -> None:
    data = error_workbook([[*good_row(), 7, ""]], **{PORTAL_RECORD: "domestic-drug-info"})
    code, words = reader.refusal(data)
    assert code == "record_mismatch"
    assert "国产药信息" in words
    assert TITLE in words


def test_a_workbook_of_another_layout(reader: Reader) -> None:
    data = error_workbook([[*good_row(), 7, ""]], **{PORTAL_VERSION: "0"})
    assert reader.refusal(data)[0] == "layout_version"


def test_a_blank_template_names_its_record_but_no_submission(reader: Reader) -> None:
    data = error_workbook([[*good_row(), "", ""]], **{PORTAL_SUBMISSION: ""})
    sheet = reader(data)
    assert (sheet.submission, sheet.original_rows) == (None, None)


def two_rows(*areas: str) -> bytes:
    """Headings in two rows: the boxes under a title of their own, the others merged over both."""
    above: list[object] = [*HEADINGS[:2], "包装", None, *HEADINGS[4:]]
    below: list[object] = [None, None, *HEADINGS[2:4]]
    title: list[object] = ["国产药追溯码信息表"]
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in ("A1:G1", *areas))
    data = rows_xml([title, above, below, good_row()])
    return xlsx({TITLE: sheet_xml(data, after=f"<mergeCells>{merged}</mergeCells>")})


def test_headings_merged_over_two_rows_are_found(reader: Reader) -> None:
    tall = [f"{letter}2:{letter}3" for letter in "ABEFG"]
    sheet = reader(two_rows(*tall, "C2:D2"))
    assert (sheet.heading_row, sheet.rows, sheet.blank_rows) == (3, [4], 0)
    assert [cells[0] for cells in sheet.columns.values()] == good_row()
    assert sheet.ignored_headings == []
    # Not merged, they are no headings of their columns: what stands over these is named.
    loose = reader(two_rows("C2:D2"))
    assert (loose.rows, loose.ignored_headings) == ([4], ["包装"])
