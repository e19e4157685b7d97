"""Local days and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime

from portal.lib.clock import SHANGHAI, local_day_bounds, to_minute, to_second


def test_whole_local_days_with_both_ends() -> None:
    start, end = local_day_bounds(date(2024, 12, 1), date(2024, 12, 31))
    assert start == datetime(2024, 11, 30, 16, tzinfo=UTC)
    assert end == datetime(2024, 12, 31, 16, tzinfo=UTC)
    assert start <= datetime(2024, 12, 31, 23, 59, 59, tzinfo=SHANGHAI) < end


def test_moments_are_said_as_people_here_read_them() -> None:
    moment = datetime(2024, 12, 31, 16, 5, 9, 999_999, tzinfo=UTC)
    assert to_minute(moment) == "2025-01-01 00:05"
    assert to_second(moment) == "2025-01-01 00:05:09"
