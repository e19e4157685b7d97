"""How long a query may take."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import OperationalError, transaction
from psycopg.errors import QueryCanceled

from portal.lib.refused import Refused
from tracing.api.interfaces import Answer, Ask
from tracing.jobs.patience import limit_statements

# Of each statement: software that asks thousands of times must not hold the database for a minute.
SECONDS = 20


def in_time(answer: Callable[[Ask], Answer]) -> Callable[[Ask], Answer]:
    """The same answer, each of whose statements has a limit. Raises Refused past it."""

    @wraps(answer)
    def limited(ask: Ask) -> Answer:
        try:
            with transaction.atomic():
                limit_statements(SECONDS)
                return answer(ask)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            raise Refused("query_too_long", seconds=str(SECONDS)) from None

    return limited
