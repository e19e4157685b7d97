"""OpenDocument spreadsheets: read as a workbook of Excel is, under the same limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.uploads.workbook.damage import lie_about_size, set_encrypted_flag
from tests.tracing.uploads.workbook.open_documents import (
    cell_xml,
    content,
    ods,
    row_xml,
    table_xml,
)
from tests.tracing.uploads.workbook.reading import (
    HEADINGS,
    TITLE,
    Reader,
    good_row,
    good_rows,
)
from tests.tracing.uploads.workbook.workbooks import Raw
from tracing.records.terms import Cell, ErrorCell
from tracing.uploads.workbook import ods_scan
from tracing.uploads.workbook.layout import (
    LAYOUT_VERSION,
    PORTAL_RECORD,
    PORTAL_SHEET,
    PORTAL_SUBMISSION,
    PORTAL_VERSION,
)
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.ods_scan import ContentReader

SMALL = replace(PAGE_LIMITS, max_rows=50)
CODE = "lv1_trac_code"


def typed(attributes: str, inside: str = "<text:p>x</text:p>") -> Raw:
    return Raw(attributes, inside)


def with_cell(cell: object) -> bytes:
    """A spreadsheet with one row, in whose second column stands this cell."""
    row = good_row()
    row[1] = cell
    return ods({TITLE: [HEADINGS, row]})


def repeated_blank(times: int) -> str:
    """So many rows of nothing, as writers end a sheet."""
    cells = '<table:table-cell table:number-columns-repeated="16384"/>'
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def test_rows_arrive_as_those_of_a_workbook_do(reader: Reader) -> None:
    sheet = reader(ods({TITLE: [HEADINGS, *good_rows(3)]}))
    assert [list(cells) for cells in zip(*sheet.columns.values(), strict=True)] == good_rows(3)
    assert (sheet.rows, sheet.heading_row, sheet.sheet_name) == ([2, 3, 4], 1, TITLE)
    assert (sheet.blank_rows, sheet.hidden_rows, sheet.written_in) == (0, 0, None)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("00123", "00123"),
        (" <&>\"' ", " <&>\"' "),
        (7, 7.0),
        (8.352616025261235e19, 8.352616025261235e19),
        (
            typed('office:value-type="float" office:value="83526160252612345678"'),
            8.3526160252612e19,
        ),
        (typed('office:value-type="percentage" office:value="0.5"'), 0.5),
        (typed('office:value-type="currency" office:value="1e3"'), 1000.0),
        (typed('office:value-type="float" office:value="INF"'), ErrorCell("#NUM!")),
        (True, True),
        (date(2024, 12, 15), date(2024, 12, 15)),
        (datetime(2024, 12, 15, 9, 30), datetime(2024, 12, 15, 9, 30)),  # noqa: DTZ001
        (
            typed('office:value-type="date" office:date-value="12024-01-01"'),
            ErrorCell("12024-01-01"),
        ),
        (
            typed('office:value-type="time" office:time-value="PT30H01M02S"'),
            timedelta(hours=30, seconds=62),
        ),
        (typed('office:value-type="time" office:time-value="halb"'), ErrorCell("halb")),
        # What LibreOffice, and what Excel, writes for 1/0.
        (
            typed(
                'table:formula="of:=1/0" office:value-type="string" office:string-value="" '
                'calcext:value-type="error"',
                "<text:p>#DIV/0!</text:p>",
            ),
            ErrorCell("#DIV/0!"),
        ),
        (
            typed(
                'table:formula="of:=1/0" office:value-type="float" office:value="0"',
                "<text:p>#DIV/0!</text:p>",
            ),
            ErrorCell("#DIV/0!"),
        ),
        (typed('calcext:value-type="error"', ""), ErrorCell("#N/A")),
        (typed('table:formula="of:=A1"', ""), ErrorCell("formula")),
        (typed('table:formula="of:=A1" office:value-type="float"', ""), ErrorCell("formula")),
        (typed('table:formula="of:=A1" office:value-type="string"', "<text:p/>"), None),
        (typed('office:value-type="string" office:string-value="held"'), "held"),
        (typed("", "<text:p>no type</text:p>"), "no type"),
        # Rich text, what stands above it, and what stands beside it.
        (typed("", "<text:p>80<text:span>0<text:s text:c='2'/>1</text:span></text:p>"), "800  1"),
        (
            typed(
                "",
                "<text:p><text:ruby><text:ruby-base>药</text:ruby-base>"
                "<text:ruby-text>yào</text:ruby-text></text:ruby>品</text:p>",
            ),
            "药品",
        ),
        (
            typed(
                "", "<office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p>"
            ),
            "a",
        ),
        (typed("", "<text:p>a<drawing:frame>b<text:p>c</text:p></drawing:frame></text:p>"), "a"),
        (
            typed("", "<text:p>a</text:p><text:p>b<text:tab/>c<text:line-break/>d</text:p>"),
            "a\nb\tc\nd",
        ),
    ],
)
def test_a_cell_keeps_its_type_and_its_text(reader: Reader, cell: object, expected: Cell) -> None:
    found = reader(with_cell(cell)).columns[CODE][0]
    if isinstance(expected, float):
        assert found == pytest.approx(expected)
    else:
        assert (type(found), found) == (type(expected), expected)


def test_blank_and_hidden_rows(reader: Reader) -> None:
    rows = [
        row_xml(HEADINGS),
        row_xml(good_row(1), 'table:visibility="collapse"'),
        repeated_blank(3),
        "<table:table-row-group>" + row_xml(good_row(2), 'table:visibility="filter"'),
        row_xml(good_row(3)) + "</table:table-row-group>",
        repeated_blank(1_048_000),
    ]
    sheet = reader(ods({TITLE: "".join(rows)}))
    assert (sheet.rows, sheet.blank_rows, sheet.hidden_rows) == ([2, 6, 7], 3, 2)


def test_what_is_repeated_stands_as_often(reader: Reader) -> None:
    boxes = Raw(
        'table:number-columns-repeated="2" office:value-type="string"', "<text:p>8</text:p>"
    )
    row = [*good_row()[:2], boxes, *good_row()[4:]]
    data = row_xml(HEADINGS) + row_xml(row, 'table:number-rows-repeated="3"')
    sheet = reader(ods({TITLE: data}))
    assert sheet.rows == [2, 3, 4]
    assert sheet.columns["lv2_trac_code"] == sheet.columns["lv3_trac_code"] == ["8"] * 3
    assert sheet.columns["stoin_time"] == [good_row()[6]] * 3


@pytest.mark.parametrize(
    ("times", "code"),
    [(51, "too_many_rows"), (1_048_575, "too_many_rows"), (999_999_999, "too_many_rows")],
)
def test_a_row_repeated_too_often_is_not_unfolded(reader: Reader, times: int, code: str) -> None:
    data = row_xml(HEADINGS) + row_xml(good_row(), f'table:number-rows-repeated="{times}"')
    assert reader.refusal(ods({TITLE: data}), SMALL)[0] == code


@pytest.mark.parametrize("times", [16_385, 999_999_999])
def test_a_cell_repeated_too_often_is_named(reader: Reader, times: int) -> None:
    cell = Raw(f'table:number-columns-repeated="{times}"', "<text:p>8</text:p>")
    code, words = reader.refusal(ods({TITLE: [HEADINGS, [cell]]}))
    assert (code, "单元格 A2" in words) == ("cell_unreadable", True)


def test_a_wide_row_repeated_is_measured_before_it_is_unfolded(reader: Reader) -> None:
    cell = Raw('table:number-columns-repeated="16384"', "<text:p>8</text:p>")
    data = row_xml(HEADINGS) + row_xml([cell], 'table:number-rows-repeated="199000"')
    assert reader.refusal(ods({TITLE: data}))[0] == "far_cell"


def test_a_cell_far_off_is_named(reader: Reader) -> None:
    gap = repeated_blank(900_000)
    code, words = reader.refusal(ods({TITLE: row_xml(HEADINGS) + gap + row_xml(["x"])}))
    assert (code, "A900002" in words) == ("far_cell", True)
    harmless = {"汇总": gap + row_xml(["x"]), TITLE: [HEADINGS, good_row()]}
    assert reader(ods(harmless)).rows == [2]


def test_merged_cells(reader: Reader) -> None:
    """An empty cell of an area is a fault; a title over the table is none."""
    title = Raw(
        'table:number-columns-spanned="7" table:number-rows-spanned="2"', "<text:p>表</text:p>"
    )
    covered = '<table:covered-table-cell table:number-columns-repeated="6"/>'
    box = Raw('table:number-rows-spanned="2" office:value-type="string"', "<text:p>8</text:p>")
    first, second = good_row(1), good_row(2)
    first[2], second[2] = box, Raw("", "")
    rows = f"<table:table-row>{cell_xml(title)}{covered}</table:table-row>" + row_xml([])
    below = row_xml(second).replace(
        "<table:table-cell ></table:table-cell>", "<table:covered-table-cell/>"
    )
    assert "covered" in below
    sheet = reader(ods({TITLE: rows + row_xml(HEADINGS) + row_xml(first) + below}))
    assert (sheet.heading_row, sheet.rows) == (3, [4, 5])
    assert sheet.columns["lv2_trac_code"] == ["8", ErrorCell("merged")]


def test_days_from_1904(reader: Reader) -> None:
    row = good_row()
    row[6] = 44179
    assert reader(ods({TITLE: [HEADINGS, row]}, date1904=True)).columns["stoin_time"] == [
        datetime(2024, 12, 15)  # noqa: DTZ001
    ]
    other = content(
        table_xml(TITLE, row_xml(HEADINGS)),
        before='<table:null-date table:date-value="1900-01-01"/>',
    )
    code, words = reader.refusal(ods({}, {"content.xml": other}))
    assert (code, "1900-01-01" in words) == ("damaged", True)


def test_the_sheet_of_an_error_workbook_stays_hidden_and_is_read(reader: Reader) -> None:
    portal = [
        [PORTAL_RECORD, "domestic-drug-codes"],
        [PORTAL_VERSION, LAYOUT_VERSION],
        [PORTAL_SUBMISSION, "7f3c"],
    ]
    rows = [[*HEADINGS, "原行号"], [*good_row(), 9]]
    sheet = reader(ods({TITLE: rows, PORTAL_SHEET: portal}, hidden=[PORTAL_SHEET]))
    assert (sheet.submission, sheet.original_rows) == ("7f3c", [9])
    hidden = ods({TITLE: [HEADINGS, good_row()]}, hidden=[TITLE])
    assert reader.refusal(hidden)[0] == "sheet_hidden"


LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "lol">]>'
GOOD = {TITLE: [HEADINGS, good_row()]}


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (ods(GOOD, {"mimetype": b"application/vnd.oasis.opendocument.text"}), "wrong_type", "text"),
        (ods({}, {"content.xml": b"<x/>"}), "wrong_type", "OpenDocument"),
        (
            ods(GOOD, {"META-INF/manifest.xml": b"<m:encryption-data/>"}),
            "password_protected",
            "密码",
        ),
        (ods(GOOD, {"Basic/Standard/Module1.xml": b"<x/>"}), "macros", "宏"),
        (ods(GOOD, {"styles.xml": LAUGHS.encode()}), "xml_declarations", "styles.xml"),
        (
            ods({}, {"content.xml": content(table_xml(TITLE, ""), prologue=LAUGHS)}),
            "xml_declarations",
            "content.xml",
        ),
        (
            ods({}, {"content.xml": content(table_xml(TITLE, "")).decode().encode("utf-16")}),
            "damaged",
            "UTF-8",
        ),
        (
            ods(
                {}, {"content.xml": content("", prologue='<?xml version="1.0" encoding="gb2312"?>')}
            ),
            "damaged",
            "UTF-8",
        ),
        (ods({}, {"content.xml": content("")[:-40]}), "damaged", "语法错误"),
        (ods({TITLE: "<table:table-source/>"}), "external_links", "链接"),
        (
            ods({}, {"content.xml": content("", before="<table:dde-link/>")}),
            "external_links",
            "链接",
        ),
        (ods({TITLE: "<table:table table:name='in'/>"}), "damaged", "之内"),
        (
            ods({}, {"content.xml": content(table_xml(TITLE, "") * 2)}),
            "damaged",
            "重复",
        ),
        (ods({TITLE: row_xml(HEADINGS, 'table:number-rows-repeated="0"')}), "damaged", "重复次数"),
        (
            ods({TITLE: row_xml(HEADINGS, 'table:number-rows-repeated="9999999999"')}),
            "damaged",
            "重复次数",
        ),
        (
            ods({TITLE: row_xml([Raw("", cell_xml("a cell within a cell"))])}),
            "damaged",
            "单元格",
        ),
        (
            with_cell(Raw('office:value-type="float" office:value="1_0"', "")),
            "cell_unreadable",
            "单元格 B2",
        ),
        (
            with_cell(Raw('office:value-type="fraction"', "<text:p>1/2</text:p>")),
            "cell_unreadable",
            "1/2",
        ),
        (set_encrypted_flag(ods(GOOD)), "password_protected", "密码"),
        (ods(GOOD)[:-200], "damaged", "没有下载或上传完"),
    ],
)
def test_what_may_not_be_read_is_told_why(
    reader: Reader, data: bytes, code: str, said: str
) -> None:
    found, words = reader.refusal(data)
    assert (found, said in words) == (code, True), words


def test_sizes_are_counted_before_and_while_unpacking(reader: Reader) -> None:
    data = ods(GOOD, {"Pictures/1.png": b"\0" * (30 << 20)})
    assert reader.refusal(data)[0] == "zip_ratio"
    assert (
        reader.refusal(data, replace(PAGE_LIMITS, max_unpacked=20 << 20))[0] == "unpacked_too_large"
    )
    inside = content(table_xml(TITLE, row_xml(HEADINGS) + row_xml(good_row())))
    last = ods({}, {"mimetype": b"", "content.xml": inside})
    lying = lie_about_size(last, 20)
    assert reader.refusal(lying)[0] in ("damaged", "zip_ratio")


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")),
    st.integers(-(10**6), 10**6),
    st.booleans(),
    st.dates(),
    st.builds(
        Raw,
        st.sampled_from(
            (
                'table:style-name="ce1"',
                'table:number-columns-repeated="3" office:value-type="string"',
                'office:value-type="string" calcext:value-type="string"',
                'table:formula="of:=1" office:value-type="float" office:value="1"',
                'calcext:value-type="error"',
                "table:style-name='single'",
                'table:number-rows-spanned="2" table:number-columns-spanned="2"',
            )
        ),
        st.sampled_from(
            (
                "",
                "<text:p>a</text:p>",
                "<text:p/>",
                "<text:p>a&amp;b</text:p>",
                "<text:p>a</text:p><text:p>b</text:p>",
                "<!-- x --><text:p>c</text:p>",
                "<text:p>a<text:span>b</text:span></text:p>",
            )
        ),
    ),
)
ROWS = st.lists(
    st.tuples(
        st.lists(CELLS, max_size=4),
        st.sampled_from(("", 'table:number-rows-repeated="2"', 'table:visibility="collapse"')),
    ),
    max_size=8,
)


@given(ROWS, st.integers(1, 400))
def test_patterns_tell_the_same_as_parsing(
    rows: list[tuple[Sequence[object], str]], size: int
) -> None:
    """However the content is cut into pieces."""
    data = content(table_xml(TITLE, "".join(row_xml(cells, given) for cells, given in rows)))
    scanned, parsed = ContentReader(100), ContentReader(100)
    parsed._plain = False
    for at in range(0, len(data), size):
        scanned.feed(data[at : at + size])
    parsed.feed(data)
    for reading in (scanned, parsed):
        reading.close()
    assert seen(scanned) == seen(parsed)


def seen(reading: ContentReader) -> list[Any]:
    return [
        (sheet.rows, sheet.filled, sheet.found.hidden, sheet.found.merged, str(sheet.refused))
        for sheet in reading.parser.sheets.values()
    ]


def test_plain_rows_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    plain = ods_scan.ContentReader._row

    def counted(self: ContentReader, text: str) -> bool:
        taken.append(plain(self, text))
        return taken[-1]

    monkeypatch.setattr(ods_scan.ContentReader, "_row", counted)
    rows: list[list[object]] = [
        *good_rows(20),
        [date(2024, 12, 15), None, None, 7, True],
        ["a & b"],
    ]
    reading = ContentReader(100)
    reading.feed(content(table_xml(TITLE, "".join(row_xml(row) for row in rows))))
    reading.close()
    assert taken == [True] * 21 + [False]
    assert len(reading.parser.sheets[TITLE].rows) == 22


def test_prefixes_that_mean_something_else_are_left_to_the_parser() -> None:
    strange = content(table_xml(TITLE, row_xml(["a"]))).replace(b"xmlns:text=", b"xmlns:other=")
    strange = strange.replace(b"<text:p>a</text:p>", b"<text:p xmlns:text='urn:x'>a</text:p>")
    other = strange.replace(b"<table:table ", b"<table:table xmlns:text='urn:x' ", 1)
    for data in (strange, other):
        reading = ContentReader(100)
        reading.feed(data)
        reading.close()
        assert reading.parser.sheets[TITLE].rows == []
