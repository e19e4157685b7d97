"""The last calls of a key, and how many there were each day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.keys.actions_calls import FAILED
from accounts.keys.models import InterfaceKey
from accounts.keys.models_calls import RING, KeyCall, KeyDay
from accounts.units.models import Unit
from portal.lib.clock import local_today

DAYS = 30


class Day(NamedTuple):
    """A day of a key: `good` and `bad` are of signed calls, `strays` of the others."""

    day: date
    good: int = 0
    bad: int = 0
    strays: int = 0

    @property
    def calls(self) -> int:
        """All that its SKey signed."""
        return self.good + self.bad


def last_calls(key: InterfaceKey, code: str = "") -> QuerySet[KeyCall]:
    """The last calls of a key with this code, or with any; the newest first."""
    rows = _calls(key.unit).filter(key=key)
    return (rows.filter(code=code) if code else rows).order_by("-at", "-pk")


def codes_of_calls(key: InterfaceKey) -> list[str]:
    """Return the codes that the last calls of a key were answered with."""
    found = _calls(key.unit).filter(key=key).values_list("code", flat=True)
    return sorted(set(found))


def call_of(key: InterfaceKey, call_id: int) -> KeyCall | None:
    """Return one of the last calls of a key; None for one that newer ones have replaced."""
    return _calls(key.unit).filter(key=key, pk=call_id).first()


def is_signed(call: KeyCall) -> bool:
    """Whether the key's SKey signed a call."""
    return call.slot < RING


def is_done(call: KeyCall) -> bool:
    """Whether a call was answered with what it asked for."""
    return call.status < FAILED


def days_of(key: InterfaceKey) -> list[Day]:
    """Return the last days in their order, those without a call too."""
    last = local_today()
    first = last - timedelta(days=DAYS - 1)
    rows = KeyDay.objects.of(key.unit).filter(key=key, day__gte=first)
    found = {row.day: Day(row.day, row.calls - row.errors, row.errors, row.strays) for row in rows}
    days = [first + timedelta(days=count) for count in range(DAYS)]
    return [found.get(day, Day(day)) for day in days]


def _calls(unit: Unit) -> QuerySet[KeyCall]:
    return KeyCall.objects.of(unit)
