"""How much a key may do in how much time: counted in Redis, said in every answer.

Answers carry the fields of draft-ietf-httpapi-ratelimit-headers-11 (`RateLimit-Policy` and
`RateLimit`, a list with one member for each limit) and, for what reads none of them yet, the three
of its earlier versions, which are those of the limit that is the nearest to its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.core.limits import (
    HOUR,
    MINUTE,
    Left,
    Limit,
    counted_address,
    draw,
    spend,
    too_soon,
)
from accounts.keys.models import InterfaceKey
from portal.lib.refused import Ground, Refused

# Calls of one address within a minute whose signature is wrong, before it is told nothing but that.
FAILURES = 60
# What a call is refused for before its signature was right.
UNPROVEN = (Ground.UNSIGNED, Ground.INVALID, Ground.TOO_LARGE)


class RowsLimit(NamedTuple):
    """How many rows a key may bring in a period."""

    name: str
    setting: str
    seconds: int
    period: str

    def of(self, key: InterfaceKey) -> Limit:
        """The limit of one key."""
        return Limit(self.name, key.ak, getattr(settings, self.setting), self.seconds)


ROWS = (
    RowsLimit("rows-minute", "PORTAL_API_ROWS_A_MINUTE", MINUTE, "一分钟"),
    RowsLimit("rows-hour", "PORTAL_API_ROWS_AN_HOUR", HOUR, "一小时"),
)


def calls_limit(key: InterfaceKey) -> Limit:
    """How many calls a key may make."""
    return Limit("calls", key.ak, settings.PORTAL_API_CALLS_A_MINUTE, MINUTE)


def count_failure(error: Refused, address: str | None) -> None:
    """Count a call that was not proven to be a key's. Raises Refused where its address has made too
    many: then it learns no more. Calls that are proven are never held up by others that are not."""
    if error.first.ground in UNPROVEN:
        limit = Limit("api-failures", counted_address(address), FAILURES, MINUTE)
        spend("failures_too_often", limit, times=str(FAILURES))


class KeyThrottle(BaseThrottle):
    """Counts calls by their key; what is left stands on the view for the answer."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Raises Refused, so that the answer has our shape."""
        drawn = draw((limit := calls_limit(request.auth.key), 1))
        view.left = drawn.left  # type: ignore[attr-defined]  # InterfaceView has it
        if drawn.wait:
            raise too_soon("calls_too_often", drawn.wait, times=str(limit.times))
        return True


def count_rows(key: InterfaceKey, rows: int) -> tuple[Left, ...]:
    """Count rows that a call brings; returns what is left. Raises Refused, and none is counted."""
    drawn = draw(*((one.of(key), rows) for one in ROWS))
    if drawn.wait:
        tight = min(zip(ROWS, drawn.left, strict=True), key=lambda pair: pair[1].left - rows)
        raise too_soon(
            "rows_too_many_for_now",
            drawn.wait,
            period=tight[0].period,
            times=str(tight[1].limit.times),
            rows=str(rows),
        )
    return drawn.left


def tell(response: HttpResponseBase, left: Iterable[Left]) -> None:
    """Say in an answer what is left of the limits that it met, if any."""
    known = list(left)
    if not known:
        return
    response["RateLimit-Policy"] = ", ".join(
        f'"{one.limit.name}";q={one.limit.times};w={one.limit.seconds}' for one in known
    )
    response["RateLimit"] = ", ".join(
        f'"{one.limit.name}";r={one.left};t={one.seconds}' for one in known
    )
    nearest = min(known, key=lambda one: one.left / one.limit.times)
    response["RateLimit-Limit"] = str(nearest.limit.times)
    response["RateLimit-Remaining"] = str(nearest.left)
    response["RateLimit-Reset"] = str(nearest.seconds)
