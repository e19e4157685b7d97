"""No statement without an end: steps of a check or of 确认 that are tried again, then given up.

A plan that was made from wrong numbers may run for ever. So every statement of a step has a limit;
past it the step is taken back and begun again with the tables it joins counted anew and a longer
limit, for it may also have been a busy server. Every other statement has the limit of its
connection (portal/servers/addresses.py). See docs/adr/0018.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, QueryCanceled

from portal.lib.refused import Refused

# How long one statement may take at the first try and at the next ones.
SECONDS = (120, 600)
# So often a step is done that is in others' way.
TRIES = 4
# What the rules about staged rows join.
JOINED = (
    "tracing_tracecode",
    "tracing_pack",
    "tracing_traceevent",
    "tracing_unitcode",
    "tracing_drugbatch",
    "tracing_codeprefix",
    "tracing_rejectedrow",
)

log = logging.getLogger(__name__)
Result = TypeVar("Result")


def patiently(step: Callable[[], Result], refusal: str) -> Result:
    """Do a step in a transaction of its own, whose statements have a limit.

    The step may run more than once, each time from the same rows. Raises `Refused` with the code
    `refusal` when a statement of the last try took too long; nothing has changed then.
    """
    for seconds in SECONDS:
        try:
            return _unlocked(step, seconds)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            log.warning("a statement took longer than %s s: %s", seconds, error)
        _count_anew()
    raise Refused(refusal, seconds=str(SECONDS[-1]))


def _unlocked(step: Callable[[], Result], seconds: float) -> Result:
    """Do a step, and begin anew where PostgreSQL ended it because it and others waited for one
    another: it ends one of them, and the others go on."""
    tries_left = TRIES
    while True:
        tries_left -= 1
        try:
            with transaction.atomic():
                limit_statements(seconds)
                return step()
        except OperationalError as error:
            if not tries_left or not isinstance(error.__cause__, DeadlockDetected):
                raise
            log.warning("a step and others waited for one another; it begins again: %s", error)


def limit_statements(seconds: float) -> None:
    """Limit each further statement of the caller's transaction; 0 takes the limit away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true)", [str(round(seconds * 1000))]
        )


def _count_anew() -> None:
    """Have PostgreSQL count the joined tables, one after the other, so that none is held long."""
    with connection.cursor() as cursor:
        for table in JOINED:
            cursor.execute(f"ANALYZE {table}")
