"""Reading good workbooks, however they were written: every cell arrives as what it is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests.tracing.uploads.workbook.reading import (
    HEADINGS,
    NAMES,
    RECORD,
    TITLE,
    Reader,
    good_row,
    good_rows,
)
from tests.tracing.uploads.workbook.workbooks import (
    DATE_STYLE,
    DURATION_STYLE,
    Raw,
    pack,
    parts,
    prefixed,
    rows_xml,
    sheet_xml,
    xlsx,
)
from tracing.records.terms import Cell, ErrorCell
from tracing.uploads.workbook.layout import NOTES_SHEET


def test_rows_arrive_by_column_with_their_numbers(reader: Reader) -> None:
    sheet = reader.rows([HEADINGS, *good_rows(3)])
    assert (sheet.sheet_name, sheet.heading_row, sheet.rows) == (TITLE, 1, [2, 3, 4])
    assert list(sheet.columns) == NAMES
    assert [sheet.columns[name][1] for name in NAMES] == good_row(2)
    assert (sheet.blank_rows, sheet.ignored_headings, sheet.other_sheets) == (0, [], [])
    assert (sheet.submission, sheet.original_rows) == (None, None)


def cell_of(reader: Reader, cell: object, **options: object) -> Cell:
    """What arrives for one cell of the column 小包装追溯码."""
    row = good_row()
    row[1] = cell
    sheet = reader(xlsx({TITLE: [HEADINGS, row]}, **options))  # type: ignore[arg-type]
    return sheet.columns["lv1_trac_code"][0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (123456789012345, 123456789012345.0),
        (0, 0.0),
        (Raw("", "<v>83526160252612345678</v>"), 83526160252612345678.0),
        (Raw("", "<v>8.3526160252612345E+19</v>"), 8.3526160252612345e19),
        (Raw("", "<v>1E400</v>"), ErrorCell("#NUM!")),
        (True, True),
        (False, False),
        (Raw(f's="{DATE_STYLE}"', "<v>45641</v>"), date(2024, 12, 15)),
        (Raw(f's="{DATE_STYLE}"', "<v>45641.5</v>"), datetime(2024, 12, 15, 12)),  # noqa: DTZ001
        (Raw(f's="{DATE_STYLE}"', "<v>0.5</v>"), time(12)),
        (Raw(f's="{DURATION_STYLE}"', "<v>1.5</v>"), timedelta(1.5)),
        (Raw('t="d"', "<v>2024-12-15</v>"), date(2024, 12, 15)),
        (Raw('t="e"', "<v>#N/A</v>"), ErrorCell("#N/A")),
        (Raw('t="e"', "<f>1/0</f><v>#DIV/0!</v>"), ErrorCell("#DIV/0!")),
        (Raw("", "<f>A2&amp;B3</f>"), ErrorCell("formula")),
        (Raw("", "<f>A2&amp;B3</f><v></v>"), ErrorCell("formula")),
        (Raw("", '<f t="shared" si="0"/>'), ErrorCell("formula")),
        (Raw('t="str"', "<f>A2</f><v></v>"), None),  # its result is the empty text
        (Raw('t="str"', "<f>A2</f><v>80000001</v>"), "80000001"),
        (Raw("", "<f>1+1</f><v>2</v>"), 2.0),
        (Raw('t="inlineStr"', "<is><r><t>80</t></r><r><t>01</t></r></is>"), "8001"),
        (Raw('t="inlineStr"', '<is><t>甲</t><rPh sb="0" eb="1"><t>Jia</t></rPh></is>'), "甲"),
        (Raw('t="inlineStr"', "<is><t>a_x000D_b</t></is>"), "a\rb"),
        (" ８３５ \u200b\n", " ８３５ \u200b\n"),
        ("a\x7fb", "a\x7fb"),
        ("=1+1", "=1+1"),
        (None, None),
    ],
)
def test_a_cell_keeps_its_type_and_its_text(reader: Reader, cell: object, expected: Cell) -> None:
    found = cell_of(reader, cell)
    assert found == expected
    assert type(found) is type(expected)


def test_shared_strings_with_runs_and_phonetics(reader: Reader) -> None:
    shared = '<si><r><t>80</t></r><r><t>01</t></r><rPh sb="0" eb="1"><t>X</t></rPh></si>'
    assert cell_of(reader, Raw('t="s"', "<v>0</v>"), shared=shared) == "8001"


def test_dates_of_a_1904_workbook(reader: Reader) -> None:
    assert cell_of(reader, Raw(f's="{DATE_STYLE}"', "<v>44179</v>"), date1904=True) == date(
        2024, 12, 15
    )


def test_columns_of_mixed_types_keep_every_row_in_place(reader: Reader) -> None:
    rows = good_rows(6)
    error = Raw('t="e"', "<v>#REF!</v>")
    for row, cell in zip(rows, ("8001", 5, None, True, error, "x"), strict=True):
        row[1] = cell
    found = reader.rows([HEADINGS, *rows]).columns["lv1_trac_code"]
    assert found == ["8001", 5.0, None, True, ErrorCell("#REF!"), "x"]


def test_a_wrong_dimension_hides_nothing(reader: Reader) -> None:
    data = sheet_xml(rows_xml([HEADINGS, *good_rows(5)]), dimension="A1")
    assert reader(xlsx({TITLE: data})).rows == [2, 3, 4, 5, 6]


def test_rows_and_cells_without_places(reader: Reader) -> None:
    def cells(row: list[object]) -> str:
        return "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row)

    rows = f"<row>{cells([*HEADINGS])}</row><row>{cells(good_row())}</row>"
    sheet = reader(xlsx({TITLE: sheet_xml(rows + f'<row r="9">{cells(good_row(2))}</row>')}))
    assert (sheet.rows, sheet.blank_rows) == ([2, 9], 6)
    assert sheet.columns["lv1_trac_code"] == ["80000000000000000001", "80000000000000000002"]


def test_rows_out_of_order_keep_their_numbers(reader: Reader) -> None:
    data = (
        rows_xml([good_row(4)], first=4)
        + rows_xml([HEADINGS], first=1)
        + rows_xml([good_row(2)], first=2)
    )
    sheet = reader(xlsx({TITLE: sheet_xml(data)}))
    assert (sheet.rows, sheet.blank_rows) == ([2, 4], 1)
    assert sheet.columns["lv1_trac_code"][0] == "80000000000000000002"


def test_a_sheet_written_with_a_namespace_prefix(reader: Reader) -> None:
    """As ClosedXML and the Open XML SDK write; error cells must be found there as well."""
    row = good_row()
    row[1] = Raw('t="e"', "<v>#N/A</v>")
    part = prefixed(sheet_xml(rows_xml([HEADINGS, row])).encode())
    sheet = reader(xlsx({TITLE: []}, {"xl/worksheets/sheet1.xml": part}))
    assert sheet.columns["lv1_trac_code"] == [ErrorCell("#N/A")]
    assert sheet.columns["trac_codg_sn"] == ["SN001"]


def test_hidden_rows_and_rows_off_the_corner_are_data(reader: Reader) -> None:
    hidden = rows_xml([["", "", *HEADINGS], ["", "", *good_row()]], first=4)
    hidden = hidden.replace('<row r="5"', '<row r="5" hidden="1"')
    sheet = reader(xlsx({TITLE: sheet_xml(hidden)}))
    assert (sheet.heading_row, sheet.rows) == (4, [5])


def test_blank_rows_are_dropped_and_counted(reader: Reader) -> None:
    blank = [Raw('t="str"', "<v></v>"), " \u3000", "\u200b", None, None, None, None]
    sheet = reader.rows([HEADINGS, good_row(1), [], blank, good_row(2), [], [], good_row(3)])
    assert (sheet.rows, sheet.blank_rows) == ([2, 5, 8], 4)
    assert sheet.columns["lv1_trac_code"][2] == "80000000000000000003"


def test_a_million_formatted_empty_rows_are_no_rows(reader: Reader) -> None:
    tail = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(5, 1_048_576))
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    sheet = reader(xlsx({TITLE: sheet_xml(rows_xml([HEADINGS, *good_rows(3)]) + tail + far)}))
    assert (sheet.rows, sheet.blank_rows) == ([2, 3, 4], 0)


def test_a_package_written_with_backslashes(reader: Reader) -> None:
    made = parts({TITLE: [HEADINGS, good_row()]})
    assert reader(pack({n.replace("/", "\\"): part for n, part in made.items()})).rows == [2]


def test_missing_optional_columns_are_empty(reader: Reader) -> None:
    required = [column.label for column in RECORD.columns if column.required]
    sheet = reader.rows([required, ["SN001", "80000000000000000001", "X", "6999000000012"]])
    assert sheet.columns["lv2_trac_code"] == [None]
    assert sheet.columns["prod_code"] == ["6999000000012"]


def test_the_notes_sheet_is_never_taken(reader: Reader) -> None:
    notes: list[list[object]] = [["说明"], HEADINGS, good_row(9)]
    sheet = reader(xlsx({NOTES_SHEET: notes, "Sheet1": [HEADINGS, good_row(1)]}))
    assert (sheet.sheet_name, sheet.other_sheets) == ("Sheet1", [])
