"""Checks of single columns: a value that its type allows but its column does not."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tracing.records.dates import written
from tracing.records.terms import Bad, Context

# A batch older than this is more likely a slip of the year than a drug still on the way.
LONG_AGO_YEARS = 20


def above_zero(number: Decimal, _: Context) -> Bad | None:
    """A ratio that nothing can be divided by is no ratio."""
    return None if number > 0 else Bad("number_not_above_zero", (f"{number:f}",))


def not_negative(number: Decimal, _: Context) -> Bad | None:
    """A quantity counts things."""
    return None if number >= 0 else Bad("number_negative", (f"{number:f}",))


def not_in_future(moment: datetime, context: Context) -> Bad | None:
    """What is reported has happened: compared by days, as clocks differ."""
    if moment.date() <= context.today:
        return None
    return Bad("date_in_future", (written(moment), context.today.isoformat()))


def hardly_in_future(moment: datetime, context: Context) -> Bad | None:
    """Remark on an event of another day to come: goods on the way may have a planned time."""
    if moment.date() <= context.today:
        return None
    return Bad("time_in_future", (written(moment), context.today.isoformat()))


def not_long_ago(moment: datetime, context: Context) -> Bad | None:
    """Remark on a date so early that its year is probably mistyped."""
    if context.today.year - moment.year <= LONG_AGO_YEARS:
        return None
    return Bad("date_long_ago", (written(moment),))


# When something happened to packs, whatever it was.
MOMENT_CHECKS = (hardly_in_future, not_long_ago)
