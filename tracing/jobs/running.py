"""Doing a claimed piece of work: keep its lease alive, and notice when it is lost."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, models

from tracing.jobs.models import LEASE, Leased, renew

RENEWAL = LEASE / 4


class LeaseLost(Exception):
    """Another runner has taken the row over; what this one did must not be written."""


@contextmanager
def kept_alive(
    rows: Callable[[], models.QuerySet[Any]], token: uuid.UUID, every: timedelta = RENEWAL
) -> Iterator[None]:
    """Renew the lease on `rows()` from a thread with a connection of its own until the end."""
    done = threading.Event()

    def beat() -> None:
        try:
            while not done.wait(every.total_seconds()):
                if not renew(rows(), token):
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{token}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def still_mine(rows: models.QuerySet[Leased], token: uuid.UUID, **changes: Any) -> None:
    """Write `changes` on the row if the lease is still held, else raise `LeaseLost`.

    Called inside the transaction that holds the result, so that a runner which lost its
    lease takes everything back.
    """
    if rows.filter(lease_token=token).update(**changes) != 1:
        raise LeaseLost
