"""Dates as people here write them: a closed list of forms, read the same way everywhere.

Year first: 2024-12-15, 2024/12/15, 2024.12.15, 2024年12月15日, 20241215 as text or number, a date
cell, or Excel's serial number where the cell lost its date format; text may add 16:15 or 16:15:30.
Day-first and month-first forms are refused, because mostly nobody can tell one from the other;
where the numbers allow one reading alone, it is offered as a repair (tracing/records/repairs.py).

A month alone (2027-11, 2027/11, 2027.11, 2027年11月) is read only for an expiry date, as the last
day of the month: that is what a printed 有效期至2027年11月 means. 202711 is refused everywhere, as
six digits may also be a day (20 27 11, 11 12 13).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from portal.lib.clock import SHANGHAI
from tracing.records.cells import shown
from tracing.records.terms import Bad, Cell

FIRST_YEAR = 1990

# Excel counts days from here; a bare number is a serial only where no other form can be meant.
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone until it is read as local
FIRST_SERIAL, LAST_SERIAL = 32874, 73415  # 1990-01-01 to 2100-12-31
# Workbooks from old Macs count from here. Eight digits are no serial but a date that was typed.
ZERO_OF_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
FIRST_OF_EIGHT_DIGITS = 10_000_000

_TIME = r"(?:(?:\ |(?<=日))([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
_FORMS = tuple(
    re.compile(form + _TIME)
    for form in (
        r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})",
        r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})",
        r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})",
        r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
    )
)
_MONTH = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})|年([0-9]{1,2})月)")
_YEAR_LAST = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?: .*)?")


def from_text(text: str) -> datetime | Bad:
    """Read a folded text as a local moment; a date is its midnight."""
    for form in _FORMS:
        found = form.fullmatch(text)
        if found:
            return _moment(text, [int(part or 0) for part in found.groups()])
    if _MONTH.fullmatch(text):
        return Bad("date_without_day", (shown(text),))
    if _YEAR_LAST.fullmatch(text):
        return Bad("date_year_last", (shown(text),))
    return Bad("date_form", (shown(text),))


def from_number(number: int | float) -> datetime | Bad:
    """Read a bare number: 20241215, or Excel's serial number of days."""
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        moment = SERIAL_ZERO + timedelta(seconds=round(number * 86400))
        return moment.replace(tzinfo=SHANGHAI)
    if FIRST_OF_EIGHT_DIGITS <= number < 100_000_000 and number == int(number):
        return from_text(str(int(number)))
    return Bad("date_form", (shown(number),))


def from_1904(cell: Cell) -> Cell:
    """A cell of a column of dates in a workbook that counts from 1904: a bare number as the date
    that it stands for there. Other cells, and what no date has, stay as they are.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    if not 0 <= cell < FIRST_OF_EIGHT_DIGITS:
        return cell
    try:
        return ZERO_OF_1904 + timedelta(days=cell)
    except OverflowError:
        return cell


def from_date(cell: date) -> datetime | Bad:
    """Read a date cell, or a date with a time, to the second; one without a zone is local."""
    found = shown(cell)  # without a zone: before 1901 Shanghai's is 8 hours, 5 minutes, 43 seconds
    if not isinstance(cell, datetime):
        cell = datetime.combine(cell, time.min)
    if cell.tzinfo is None:
        cell = cell.replace(tzinfo=SHANGHAI)
    try:
        # Excel keeps times as fractions of a day, which fall a little short of the second.
        moment = (cell + timedelta(milliseconds=500)).replace(microsecond=0).astimezone(SHANGHAI)
    except OverflowError:
        return Bad("date_impossible", (found,))
    return _late_enough(found, moment)


def end_of_month(text: str) -> datetime | Bad | None:
    """Read a month alone as the midnight of its last day; None when it is not a month alone."""
    found = _MONTH.fullmatch(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or found[3])
    if not 1 <= month <= 12:
        return Bad("date_impossible", (shown(text),))
    return _moment(text, [year, month, monthrange(max(year, 1), month)[1], 0, 0, 0])


def written(moment: datetime) -> str:
    """A moment as it is shown: local, without the time where that is midnight."""
    local = moment.astimezone(SHANGHAI)
    midnight = local.time() == time.min
    return local.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")


def _moment(text: str, parts: list[int]) -> datetime | Bad:
    year, month, day, hour, minute, second = parts
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)
    except ValueError:
        return Bad("date_impossible", (shown(text),))
    return _late_enough(text, moment)


def _late_enough(text: str, moment: datetime) -> datetime | Bad:
    """Nothing here is older than 1990: earlier years come from broken cells."""
    return moment if moment.year >= FIRST_YEAR else Bad("date_before_1990", (shown(text),))
