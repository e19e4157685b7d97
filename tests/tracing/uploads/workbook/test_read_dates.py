"""Days as workbooks count them: from 1900 or from 1904, and beyond what a calendar has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
import xlwt

from tests.tracing.uploads.workbook.damage import xls
from tests.tracing.uploads.workbook.reading import HEADINGS, NAMES, RECORD, TITLE, Reader, good_row
from tests.tracing.uploads.workbook.workbooks import DATE_STYLE, DURATION_STYLE, Raw, xlsx
from tracing.records.cells import shown
from tracing.records.terms import Cell

CODE, STORED = NAMES.index("lv1_trac_code"), NAMES.index("stoin_time")
DAY_1900, DAY_1904 = 45641, 44179  # both are 2024-12-15
MIDDAY = datetime(2024, 12, 15, 12)  # noqa: DTZ001  a cell has no zone


def new(code: object, stored: object, *, date1904: bool) -> bytes:
    """A .xlsx with one row that has these two cells."""
    row = good_row()
    row[CODE], row[STORED] = code, stored
    return xlsx({TITLE: [HEADINGS, row]}, date1904=date1904)


def old(code: object, stored: object, *, date1904: bool) -> bytes:
    """The same as a .xls; a cell of style DATE_STYLE is written as one."""

    def fill(book: xlwt.Workbook) -> None:
        book.dates_1904 = date1904
        sheet = book.add_sheet(TITLE)
        row = good_row()
        row[CODE], row[STORED] = code, stored
        for number, cells in enumerate((HEADINGS, row)):
            for column, cell in enumerate(cells):
                style = xlwt.easyxf(num_format_str="yyyy/m/d h:mm")
                if isinstance(cell, Raw):
                    sheet.write(number, column, float(cell.inside[3:-4]), style)
                else:
                    sheet.write(number, column, cell)

    return xls(fill)


def dated(serial: float) -> Raw:
    return Raw(f's="{DATE_STYLE}"', f"<v>{serial}</v>")


def cells(reader: Reader, data: bytes) -> tuple[Cell, Cell]:
    columns = reader(data).columns
    return columns["lv1_trac_code"][0], columns["stoin_time"][0]


@pytest.mark.parametrize("write", [new, old])
def test_a_bare_serial_is_read_as_its_workbook_counts(
    reader: Reader, write: Callable[..., bytes]
) -> None:
    expected = RECORD.column("stoin_time").kind.parse(date(2024, 12, 15))
    for serial, date1904 in ((DAY_1900, False), (DAY_1904, True)):
        code, stored = cells(reader, write(serial, serial, date1904=date1904))
        assert code == serial  # in a column of codes it is a number
        assert RECORD.column("stoin_time").kind.parse(stored) == expected


@pytest.mark.parametrize("write", [new, old])
def test_a_date_of_a_1904_workbook_is_not_moved_twice(
    reader: Reader, write: Callable[..., bytes]
) -> None:
    code, stored = cells(reader, write("80000001", dated(DAY_1904 + 0.5), date1904=True))
    assert (code, stored) == ("80000001", MIDDAY)
    assert cells(reader, write("80000001", 20241215, date1904=True))[1] == 20241215


@pytest.mark.parametrize("date1904", [False, True])
@pytest.mark.parametrize("serial", ["-1e12", "1e12", "-1E+300", "1e308"])
@pytest.mark.parametrize("style", [DATE_STYLE, DURATION_STYLE])
def test_a_date_that_no_calendar_has_is_a_fault_of_its_cell(
    reader: Reader, style: int, serial: str, *, date1904: bool
) -> None:
    """The rows around it, and the other cells of its row, are read as what they are."""
    row, other = good_row(2), good_row(3)
    row[STORED], row[CODE] = Raw(f's="{style}"', f"<v>{serial}</v>"), dated(DAY_1904)
    other[STORED] = dated(DAY_1904)
    rows = [HEADINGS, good_row(1), row, other]
    sheet = reader(xlsx({TITLE: rows}, date1904=date1904))
    day = date(2024, 12, 15) if date1904 else date(2020, 12, 14)
    assert sheet.columns["lv1_trac_code"] == [good_row(1)[CODE], day, other[CODE]]
    assert sheet.columns["stoin_time"] == [good_row(1)[STORED], float(serial), day]
    found = RECORD.column("stoin_time").kind.parse(float(serial))
    assert (found.code, found.detail) == ("date_form", (shown(float(serial)),))


@pytest.mark.parametrize("serial", [-1e12, 1e12, -1e300])
def test_a_date_that_no_calendar_has_in_a_xls(reader: Reader, serial: float) -> None:
    found = cells(reader, old(dated(DAY_1900), dated(serial), date1904=False))
    assert found == (date(2024, 12, 15), serial)
