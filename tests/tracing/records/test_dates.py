"""The closed list of dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.clock import SHANGHAI
from tests.tracing.records.build import ANY_CELL
from tracing.records import dates
from tracing.records.column_kinds import Date, Moment
from tracing.records.terms import Bad, Cell, Doubtful, ErrorCell

DAY = Date()
EXPIRY = Date(month_means_end=True)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


def naive(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    "typed",
    [
        naive(2024, 12, 15),
        date(2024, 12, 15),
        "2024-12-15",
        "2024/12/15",
        "2024.12.15",
        "2024年12月15日",
        "20241215",
        20241215,
        20241215.0,
        45641,
        45641.0,
        " 2024-12-15 ",
        "２０２４－１２－１５",
        "2024\u200b-12-15",
        "2024-12-15 00:00",
        "2024-12-15 0:00:00",
    ],
)
def test_every_form_is_the_same_midnight(typed: Cell) -> None:
    assert DAY.parse(typed) == local(2024, 12, 15)


@pytest.mark.parametrize("typed", ["2024-1-5", "2024/1/5", "2024.1.5", "2024年1月5日", "20240105"])
def test_single_digits_may_lack_their_zero(typed: str) -> None:
    assert DAY.parse(typed) == local(2024, 1, 5)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2024-12-15 16:15", local(2024, 12, 15, 16, 15)),
        ("2024-12-15  16:15", local(2024, 12, 15, 16, 15)),
        ("2024-12-15 16：15", local(2024, 12, 15, 16, 15)),
        ("2024/12/15 9:05", local(2024, 12, 15, 9, 5)),
        ("2024.12.15 16:15:30", local(2024, 12, 15, 16, 15, 30)),
        ("2024年12月15日 16:15", local(2024, 12, 15, 16, 15)),
        ("2024年12月15日16:15:30", local(2024, 12, 15, 16, 15, 30)),
        ("20241215 16:15", local(2024, 12, 15, 16, 15)),
        ("2022-01-11 16:00:00", local(2022, 1, 11, 16)),
        (naive(2024, 12, 15, 16, 15, 30), local(2024, 12, 15, 16, 15, 30)),
        (naive(2024, 12, 15, 16, 14, 59, 999_900), local(2024, 12, 15, 16, 15)),
        (45641.677083333336, local(2024, 12, 15, 16, 15)),
        (datetime(2024, 12, 15, 8, 15, tzinfo=UTC), local(2024, 12, 15, 16, 15)),
    ],
)
@pytest.mark.parametrize("kind", [Date(), Moment()])
def test_a_time_is_kept(kind: Date, typed: Cell, moment: datetime) -> None:
    assert kind.parse(typed) == moment


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("15/12/2024", "date_year_last"),
        ("12/15/2024", "date_year_last"),
        ("03/04/2025", "date_year_last"),
        ("3-4-25", "date_year_last"),
        ("15.12.2024 16:15", "date_year_last"),
        ("2024-02-30", "date_impossible"),
        ("2024-13-01", "date_impossible"),
        ("20241315", "date_impossible"),
        (20241315, "date_impossible"),
        ("0000-01-01", "date_impossible"),
        ("2024-12-15 24:00", "date_impossible"),
        ("2024-12-15 16:60", "date_impossible"),
        ("1989-12-31", "date_before_1990"),
        ("19891231", "date_before_1990"),
        (naive(1900, 1, 1), "date_before_1990"),
        (date(1904, 1, 1), "date_before_1990"),
        ("2024-12", "date_without_day"),
        ("2024年12月", "date_without_day"),
        ("2024", "date_form"),
        ("241215", "date_form"),
        ("202412", "date_form"),
        (202412, "date_form"),
        (45641.9999999e3, "date_form"),
        (1, "date_form"),
        (-45641, "date_form"),
        (20241215.5, "date_form"),
        (8.3e19, "date_form"),
        (float("nan"), "date_form"),
        ("45641", "date_form"),
        ("2024-12/15", "date_form"),
        ("2024-12-15T16:15", "date_form"),
        ("2024-W01-1", "date_form"),
        ("2024-12-15 16", "date_form"),
        ("2024-12-15 16:15:30.0", "date_form"),
        ("Dec 15, 2024", "date_form"),
        ("二〇二四年十二月十五日", "date_form"),
        ("长期有效", "date_form"),
        (True, "date_form"),
        (time(16, 15), "date_form"),
        (timedelta(hours=3), "date_form"),
        (ErrorCell("#VALUE!"), "error_cell"),
        (ErrorCell("formula"), "formula_without_value"),
    ],
)
def test_what_is_no_date_is_refused(typed: Cell, fault: str) -> None:
    found = DAY.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == fault


@pytest.mark.parametrize("typed", [None, "", "  ", "\u200b"])
def test_an_empty_cell_is_no_date_and_no_fault(typed: Cell) -> None:
    assert DAY.parse(typed) is None


def test_the_first_and_last_serials() -> None:
    assert DAY.parse(32874) == local(1990, 1, 1)
    assert DAY.parse(73415) == local(2100, 12, 31)
    assert DAY.parse(32873.9) == Bad("date_form", ("32873.9",))


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("2027-11", local(2027, 11, 30)),
        ("2027/2", local(2027, 2, 28)),
        ("2028.02", local(2028, 2, 29)),
        ("2027年11月", local(2027, 11, 30)),
    ],
)
def test_a_month_alone_ends_an_expiry(typed: str, end: datetime) -> None:
    read = EXPIRY.parse(typed)
    assert isinstance(read, Doubtful)
    assert read.value == end
    assert read.bad == Bad("date_month_only", (typed, end.strftime("%Y-%m-%d")))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("202711", "date_form"),
        (202711, "date_form"),
        ("271130", "date_form"),
        ("2027-13", "date_impossible"),
        ("0000-01", "date_impossible"),
        ("1989-11", "date_before_1990"),
    ],
)
def test_a_month_that_may_be_a_day_is_refused_for_an_expiry_too(typed: Cell, fault: str) -> None:
    found = EXPIRY.parse(typed)
    assert isinstance(found, Bad)
    assert found.code == fault


def test_a_moment_is_shown_local_and_without_a_midnight() -> None:
    assert DAY.show(datetime(2024, 12, 14, 16, tzinfo=UTC)) == "2024-12-15"
    assert DAY.show(datetime(2024, 12, 15, 8, 15, tzinfo=UTC)) == "2024-12-15 16:15:00"
    assert DAY.show(None) == ""


@given(ANY_CELL)
def test_any_cell_can_be_read_as_a_date(cell: Cell) -> None:
    for kind in (DAY, EXPIRY):
        value = kind.parse(cell)
        assert value is None or isinstance(value, datetime | Bad | Doubtful)
        if isinstance(value, datetime):
            assert value.tzinfo is SHANGHAI
            assert value.year >= dates.FIRST_YEAR


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 31)))  # noqa: DTZ001
def test_what_is_shown_is_read_back(moment: datetime) -> None:
    value = DAY.parse(moment)
    assert isinstance(value, datetime)
    assert DAY.parse(DAY.show(value)) == value


@given(st.from_regex(r"[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?( [0-9]{1,2}:[0-9]{2})?"))
def test_texts_like_dates_never_raise(text: str) -> None:
    assert isinstance(dates.from_text(text.strip()), datetime | Bad)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (naive(1900, 1, 1), "1900-01-01 00:00:00"),
        (naive(1899, 12, 31, 8, 5, 43), "1899-12-31 08:05:43"),
        (date(1, 1, 1), "0001-01-01"),
        ("1900-01-01", "1900-01-01"),
    ],
)
def test_a_date_too_early_is_quoted_as_it_stands(typed: Cell, said: str) -> None:
    """Before 1901 the zone of Shanghai is off by 8 hours, 5 minutes and 43 seconds."""
    assert DAY.parse(typed) == Bad("date_before_1990", (said,))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (44179, naive(2024, 12, 15)),
        (44179.5, naive(2024, 12, 15, 12)),
        (0, naive(1904, 1, 1)),
        (20241215, 20241215),
        (20241215.0, 20241215.0),
        (-1, -1),
        (9_999_999, 9_999_999),
        (8.3e19, 8.3e19),
        (True, True),
        ("44179", "44179"),
        (date(2024, 12, 15), date(2024, 12, 15)),
        (None, None),
    ],
)
def test_a_bare_number_where_days_count_from_1904(typed: Cell, found: Cell) -> None:
    assert dates.from_1904(typed) == found
