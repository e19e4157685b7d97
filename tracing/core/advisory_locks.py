"""Advisory locks that last until the end of the transaction."""

from __future__ import annotations

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """What a lock is about: PostgreSQL's first key, so that two kinds never meet."""

    UNIT_AND_RECORD = 1
    SAME_FILE = 2
    # See tracing/stores/chain_locks.py.
    CODE_LINKS = 3
    UNIT_LINKS = 4
    # See tracing/jobs/turns.py.
    TURN = 5
    # See tracing/stores/orders.py.
    ORDERS = 6
    # See tracing/library/actions.py.
    RULES = 7
    # See tracing/removals/actions.py.
    REMOVAL = 8
    # See tracing/sandbox/schemas.py.
    SANDBOX = 9


def take(lock: Lock, subject: str) -> None:
    """Wait for the lock on `subject`. Subjects that share a hash merely wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [lock, subject])


def take_unit_and_record(unit_id: int, record_code: str) -> None:
    """One change at a time to a unit's rows of a record."""
    take(Lock.UNIT_AND_RECORD, f"{unit_id} {record_code}")
