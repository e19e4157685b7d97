"""The one time zone people here live in, and what a day is there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_today() -> date:
    """The current date in Shanghai."""
    return local_day(datetime.now(SHANGHAI))


def local_day(moment: datetime) -> date:
    """The date in Shanghai at a moment."""
    return moment.astimezone(SHANGHAI).date()


def local_day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The span of whole local days from `first` to `last`, both included.

    Returns aware datetimes: the start of `first`, and the start of the day after `last`, which is
    itself outside the span. No day follows 9999-12-31: its last microsecond stands for one.
    """
    start = datetime.combine(first, time.min, SHANGHAI)
    if last == date.max:
        return start, datetime.combine(last, time.max, SHANGHAI)
    return start, datetime.combine(last + timedelta(days=1), time.min, SHANGHAI)


def last_day(end: datetime) -> date:
    """The last date of a span that ends at a moment, as `local_day_bounds` says the end."""
    return local_day(end - timedelta(microseconds=1))


def to_minute(moment: datetime) -> str:
    """Say a moment to the minute, in Shanghai: 2026-01-31 08:15."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def to_second(moment: datetime) -> str:
    """Say a moment to the second, in Shanghai: 2026-01-31 08:15:00."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def wait_words(seconds: int) -> str:
    """Say whole seconds: 42 秒, 12 分钟, or 3 小时; rounded up, so that the wait is never short."""
    if seconds < 120:
        return f"{seconds} 秒"
    if seconds < 2 * 3600:
        return f"{-(-seconds // 60)} 分钟"
    return f"{-(-seconds // 3600)} 小时"
