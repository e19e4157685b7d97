"""Who must wait for whom, so that no link is missed between two transactions.

Whether a unit's code is linked to its maker's batch follows from rows of three sources: the
unit's own list, the maker's codes, and events that name the unit. Two transactions that write to
two of them do not see each other's rows. So each first writes, then takes the locks here, then
looks: whoever comes second sees the other's rows, because it waited.

They meet by the bucket of a code that both write of, or by the unit that one is and the other
names. Buckets come before units, each in ascending order, taken once: no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from tracing.ingest.buckets import bucket_of, prefix_of
from tracing.ingest.locks import Lock

# The same part of a code as `prefix_of` takes.
PREFIXES = """
    SELECT DISTINCT CASE WHEN length(code) = 20 THEN left(code, 7) ELSE left(code, 18) END
    FROM ({codes}) given (code) WHERE code IS NOT NULL"""


def lock_codes(codes: str, parameters: Mapping[str, Any], more: Iterable[str] = ()) -> None:
    """Hold the buckets of the codes that a SELECT gives, and of `more`."""
    with connection.cursor() as cursor:
        cursor.execute(PREFIXES.format(codes=codes), parameters)
        prefixes = {prefix for (prefix,) in cursor} | {prefix_of(code) for code in more}
    lock_buckets({bucket_of(prefix) for prefix in prefixes})


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
