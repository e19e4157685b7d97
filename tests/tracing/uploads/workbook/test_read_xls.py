"""Reading .xls: values, and what the fast reader hides in the old format."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import xlwt

from tests.tracing.uploads.workbook.damage import xls
from tests.tracing.uploads.workbook.reading import HEADINGS, TITLE, Reader, good_row, good_rows
from tracing.records.terms import ErrorCell
from tracing.uploads.workbook.limits import PAGE_LIMITS


def workbook(fill: Callable[[xlwt.Worksheet], object] = lambda _sheet: None) -> bytes:
    """A .xls with three good rows, changed by `fill`."""

    def write(book: xlwt.Workbook) -> None:
        notes = book.add_sheet("填写说明")
        notes.write(0, 0, "说明")
        sheet = book.add_sheet(TITLE, cell_overwrite_ok=True)
        for row, cells in enumerate([HEADINGS, *good_rows(3)]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
        fill(sheet)

    return xls(write)


def test_rows_of_a_xls(reader: Reader) -> None:
    sheet = reader(workbook())
    assert (sheet.sheet_name, sheet.rows) == (TITLE, [2, 3, 4])
    assert [cells[1] for cells in sheet.columns.values()] == good_row(2)


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (lambda sheet: sheet.write(2, 1, 123456789012345), 123456789012345.0),
        (lambda sheet: sheet.write(2, 1, 12), 12),
        (lambda sheet: sheet.write(2, 1, True), True),
        (lambda sheet: sheet.write(2, 1, ""), None),
        (lambda sheet: sheet.row(2).set_cell_error(1, "#N/A!"), ErrorCell("#N/A")),
        (lambda sheet: sheet.row(2).set_cell_error(1, "#DIV/0!"), ErrorCell("#DIV/0!")),
        (
            lambda sheet: sheet.write(
                2, 1, date(2024, 12, 15), xlwt.easyxf(num_format_str="yyyy/m/d")
            ),
            date(2024, 12, 15),
        ),
    ],
)
def test_cells_of_a_xls_keep_their_type(
    reader: Reader, fill: Callable[[xlwt.Worksheet], object], expected: object
) -> None:
    found = reader(workbook(fill)).columns["lv1_trac_code"]
    assert found == [good_row(1)[1], expected, good_row(3)[1]]
    assert type(found[1]) is type(expected)


def with_result(data: bytes, result: bytes) -> bytes:
    """Give the only formula of a .xls, which stands in B3, another cached result."""
    place = struct.pack("<HH", 2, 1)
    head = next(
        struct.pack("<HH", 6, length) + place
        for length in range(22, 60)
        if struct.pack("<HH", 6, length) + place in data
    )
    at = data.index(head) + len(head) + 2
    return data[:at] + result + data[at + 8 :]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (b"\x02\x00\x2a\x00\x00\x00\xff\xff", ErrorCell("#N/A")),
        (b"\x02\x00\x17\x00\x00\x00\xff\xff", ErrorCell("#REF!")),
        (b"\x00\x00\x00\x00\x00\x00\xff\xff", ErrorCell("formula")),  # no text follows
        (b"\x03\x00\x00\x00\x00\x00\xff\xff", None),  # the empty text
        (struct.pack("<d", 12.5), 12.5),
    ],
)
def test_results_of_formulas_in_a_xls(reader: Reader, result: bytes, expected: object) -> None:
    data = workbook(lambda sheet: sheet.write(2, 1, xlwt.Formula("A1")))
    found = reader(with_result(data, result)).columns["lv1_trac_code"]
    assert found[1] == expected


def test_a_far_cell_in_a_xls(reader: Reader) -> None:
    code, words = reader.refusal(
        workbook(lambda sheet: sheet.write(65535, 255, 1)), replace(PAGE_LIMITS, max_rows=60_000)
    )
    assert code == "far_cell"
    assert "单元格 IV65536" in words


def test_a_xls_with_a_password(reader: Reader) -> None:
    """Its workbook stream says so in a record of its own."""
    data = workbook()
    author = struct.pack("<HH", 0x5C, 112)
    assert data.count(author) == 1
    assert reader.refusal(data.replace(author, struct.pack("<HH", 0x2F, 112)))[0] == (
        "password_protected"
    )


def test_a_workbook_older_than_excel_97(reader: Reader) -> None:
    new, old = struct.pack("<HHH", 0x809, 16, 0x600), struct.pack("<HHH", 0x809, 16, 0x500)
    assert reader.refusal(workbook().replace(new, old, 1))[0] == "old_xls"


@pytest.mark.parametrize("cut", [600, 3000, 5000])
def test_a_xls_that_was_cut_off(reader: Reader, cut: int) -> None:
    assert reader.refusal(workbook()[:cut])[0] == "damaged"


def test_a_chain_of_sectors_that_goes_in_a_circle(reader: Reader) -> None:
    data = bytearray(workbook())
    table = struct.unpack_from("<I", data, 76)[0]
    for sector in range(128):
        struct.pack_into("<I", data, (table + 1) * 512 + sector * 4, 0)
    assert reader.refusal(bytes(data))[0] == "damaged"


@pytest.mark.parametrize(
    ("column", "fill"),
    [
        (1, lambda sheet: sheet.write(2, 1, 5)),
        (2, lambda sheet: [sheet.write(2, column, column) for column in (1, 2, 3)]),
    ],
    ids=["number", "several numbers in one record"],
)
def test_a_cell_with_two_contents_in_a_xls(
    reader: Reader, column: int, fill: Callable[[xlwt.Worksheet], object]
) -> None:
    """One record of a cell made into a second one of its neighbour."""
    data = workbook(fill)
    text = struct.pack("<HHHH", 0xFD, 10, 2, 4)
    assert data.count(text) == 1
    twice = data.replace(text, struct.pack("<HHHH", 0xFD, 10, 2, column))
    code, words = reader.refusal(twice)
    assert (code, f"单元格 {'ABCD'[column]}3 " in words) == ("cell_repeated", True)
