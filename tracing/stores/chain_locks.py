"""Who must wait for whom, so that no link is missed between two transactions.

Whether a unit's code is linked to its maker's batch follows from rows of three sources: the
unit's own list, the maker's codes, and the events of the code's whole chain, whoever told them. Two
transactions that write to two of them, or two events, do not see each other's rows. So each first
writes, then takes the locks here, then looks: whoever comes second sees the other's rows, because
it waited.

They meet by the buckets of codes: who tells of a code holds the bucket of each box around it too,
so of two events in one chain, at whatever levels, the one below holds the bucket of the one above;
and who changes what lies in a box holds the old box and the new. Buckets come before units, each in
ascending order, taken once: no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from tracing.core.advisory_locks import Lock
from tracing.stores.buckets import bucket_of, buckets_of
from tracing.stores.lookups import looked_up

# The same part of a code as `prefix_of` takes.
PREFIXES = """
    SELECT DISTINCT CASE WHEN length(code) = 20 THEN left(code, 7) ELSE left(code, 18) END
    FROM ({codes}) given (code) WHERE code IS NOT NULL"""

# The codes of a table and the boxes around them.
WITH_BOXES = f"""
    SELECT code FROM {{given}}
    UNION ALL
    SELECT box FROM {looked_up("tracing_tracecode", "{given}")} t
    CROSS JOIN LATERAL (VALUES (t.lv2_trac_code), (t.lv3_trac_code)) boxes (box)
    UNION ALL
    SELECT lv3_trac_code
    FROM {looked_up("tracing_tracecode", "{given}", key="lv2_trac_code")} t"""


def lock_codes(codes: str, parameters: Mapping[str, Any], more: Iterable[str] = ()) -> None:
    """Hold the buckets of the codes that a SELECT gives, and of `more`."""
    lock_buckets(_buckets(codes, parameters) | buckets_of(more))


def lock_chains(given: str) -> None:
    """Hold the buckets of the codes in a table, and of the boxes around them.

    Codes may come to lie in other boxes while this waits. Then all of it is let go, by a savepoint,
    and taken again with the new boxes, lest a lower bucket be waited for while a higher is held.
    """
    codes = WITH_BOXES.format(given=given)
    while True:
        held = _buckets(codes, {})
        before = transaction.savepoint()
        lock_buckets(held)
        if _buckets(codes, {}) <= held:
            transaction.savepoint_commit(before)
            return
        transaction.savepoint_rollback(before)


def _buckets(codes: str, parameters: Mapping[str, Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(PREFIXES.format(codes=codes), parameters)
        return {bucket_of(prefix) for (prefix,) in cursor}


def lock_buckets(buckets: Iterable[int]) -> None:
    """Hold these buckets."""
    _lock(Lock.CODE_LINKS, buckets)


def lock_units(units: Iterable[int]) -> None:
    """Hold the lists of these units."""
    _lock(Lock.UNIT_LINKS, units)


def _lock(lock: Lock, subjects: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        for subject in sorted(subjects):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, subject])
