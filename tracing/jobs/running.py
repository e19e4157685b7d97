"""Doing a claimed piece of work: keep its lease alive, and notice when it is lost."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, models

from tracing.jobs.models import LEASE, Leased, give_back, renew

RENEWAL = LEASE / 4
log = logging.getLogger(__name__)


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

    thread = threading.Thread(target=copy_context().run, args=(run,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def kept_alive(
    rows: Callable[[], models.QuerySet[Any]], token: uuid.UUID, every: timedelta = RENEWAL
) -> Iterator[None]:
    """Renew the lease on `rows()` until the end, and give it back if the work fails."""
    with given_back(rows, token), beating(lambda: renew(rows(), token), every, f"lease-{token}"):
        yield


@contextmanager
def given_back(rows: Callable[[], models.QuerySet[Any]], token: uuid.UUID) -> Iterator[None]:
    """Give the lease on `rows()` back where the work fails and its runner lives on."""
    try:
        yield
    except LeaseLost:
        raise
    except Exception:
        try:
            # It may have failed because the connection did.
            connection.close_if_unusable_or_obsolete()
            give_back(rows(), token)
        except DatabaseError:
            log.warning("The lease %s was not given back: it ends by itself", token)
        raise


def still_mine(rows: models.QuerySet[Leased], token: uuid.UUID, **changes: Any) -> None:
    """Write `changes` on the row if the lease is still held, else raise `LeaseLost`.

    Called inside the transaction that holds the result, so that a runner which lost its
    lease takes everything back.
    """
    if rows.filter(lease_token=token).update(**changes) != 1:
        raise LeaseLost
