"""Merged cells: people see one content in many cells, the file has it in the first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import xlwt

from tests.tracing.uploads.workbook.damage import xls
from tests.tracing.uploads.workbook.reading import HEADINGS, NAMES, TITLE, Reader, good_rows
from tests.tracing.uploads.workbook.workbooks import column_letters as letters
from tests.tracing.uploads.workbook.workbooks import rows_xml, sheet_xml, xlsx
from tracing.records.terms import ErrorCell

MIDDLE, LARGE = NAMES.index("lv2_trac_code"), NAMES.index("lv3_trac_code")
MERGED = ErrorCell("merged")
Areas = list[tuple[int, int, int, int]]  # top, bottom, left, right, from 0


def new(rows: list[list[object]], areas: Areas) -> bytes:
    cells = "".join(
        f'<mergeCell ref="{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"/>'
        for top, bottom, left, right in areas
    )
    return xlsx({TITLE: sheet_xml(rows_xml(rows), after=f"<mergeCells>{cells}</mergeCells>")})


def old(rows: list[list[object]], areas: Areas) -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet(TITLE)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
        for area in areas:
            sheet.merge(*area)

    return xls(fill)


@pytest.mark.parametrize("write", [new, old])
def test_what_a_merged_cell_seems_to_hold_is_a_fault(
    reader: Reader, write: Callable[[list[list[object]], Areas], bytes]
) -> None:
    """Three packs in one middle box, written once: two of them would come without their box."""
    rows = good_rows(4)
    box = rows[0][MIDDLE]
    rows[1][MIDDLE] = rows[2][MIDDLE] = None
    sheet = reader(write([HEADINGS, *rows], [(1, 3, MIDDLE, MIDDLE)]))
    assert sheet.columns["lv2_trac_code"] == [box, MERGED, MERGED, rows[3][MIDDLE]]
    assert sheet.columns["lv3_trac_code"] == [row[LARGE] for row in rows]


def test_areas_without_content_and_outside_the_rows_mean_nothing(reader: Reader) -> None:
    rows = good_rows(3)
    rows[0][MIDDLE] = rows[1][MIDDLE] = None
    areas = [(1, 2, MIDDLE, MIDDLE), (0, 0, 20, 25), (8, 1_048_575, 0, 16_383), (0, 0, 0, 0)]
    sheet = reader(new([HEADINGS, *rows], areas))
    assert (sheet.rows, sheet.columns["lv2_trac_code"][:2]) == ([2, 3, 4], [None, None])


def test_an_area_does_not_make_rows_of_blank_ones(reader: Reader) -> None:
    rows = [HEADINGS, *good_rows(1), [], [], *good_rows(2)[1:]]
    sheet = reader(new(rows, [(1, 3, MIDDLE, MIDDLE)]))
    assert (sheet.rows, sheet.blank_rows) == ([2, 5], 2)
