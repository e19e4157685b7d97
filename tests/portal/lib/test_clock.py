"""Local days."""

from __future__ import annotations

from datetime import UTC, date, datetime

from portal.lib.clock import SHANGHAI, local_day_bounds


def test_whole_local_days_with_both_ends() -> None:
    start, end = local_day_bounds(date(2024, 12, 1), date(2024, 12, 31))
    assert start == datetime(2024, 11, 30, 16, tzinfo=UTC)
    assert end == datetime(2024, 12, 31, 16, tzinfo=UTC)
    assert start <= datetime(2024, 12, 31, 23, 59, 59, tzinfo=SHANGHAI) < end
