"""Doing a claimed piece of work: keep its lease alive, and notice when it is lost."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, models

from tracing.jobs.models import LEASE, Leased, renew

RENEWAL = LEASE / 4


class LeaseLost(Exception):
    """Another runner has taken the row over; what this one did must not be written."""


@contextmanager
def beating(beat: Callable[[], bool], every: timedelta, name: str) -> Iterator[None]:
    """Call `beat` from a thread with a connection of its own until the end, or until it says no."""
    over = threading.Event()

    def run() -> None:
        try:
            while not over.wait(every.total_seconds()):
                if not beat():
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def kept_alive(
    rows: Callable[[], models.QuerySet[Any]], token: uuid.UUID, every: timedelta = RENEWAL
) -> AbstractContextManager[None]:
    """Renew the lease on `rows()` until the end."""
    return beating(lambda: renew(rows(), token), every, f"lease-{token}")


def still_mine(rows: models.QuerySet[Leased], token: uuid.UUID, **changes: Any) -> None:
    """Write `changes` on the row if the lease is still held, else raise `LeaseLost`.

    Called inside the transaction that holds the result, so that a runner which lost its
    lease takes everything back.
    """
    if rows.filter(lease_token=token).update(**changes) != 1:
        raise LeaseLost
