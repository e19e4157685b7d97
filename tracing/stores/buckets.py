"""Which confirmations must wait for one another, and whether anything changed since a check.

The same code as a smallest pack and as a box, or a box of two units, would sit in tables that
share no unique constraint. Every code belongs to a bucket that depends on the code alone, so
equal codes always meet. A confirmation locks the buckets of all its codes, in ascending order,
and raises their version. If the versions still are those that the check saw, what the rules
about codes found then still holds. See docs/adr/0004.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from django.db import connection

from tracing.records.trace_codes import KIND_LENGTH
from tracing.stores.models_codes import BUCKETS


def bucket_of(prefix: str) -> int:
    """The bucket of codes that begin so."""
    return crc32(prefix.encode()) % BUCKETS


def prefix_of(code: str) -> str:
    """The part of a code that names its product: seven of 20 digits, else 18 characters."""
    return code[:KIND_LENGTH] if len(code) == 20 else code[:18]


def buckets_of(codes: Iterable[str | None]) -> set[int]:
    """The buckets of codes; empty cells have none."""
    return {bucket_of(prefix) for prefix in {prefix_of(code) for code in codes if code}}


def version(buckets: Sequence[int]) -> int:
    """A number that rises with every confirmation that touches one of the buckets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(version), 0)::bigint FROM tracing_codebucket"
            " WHERE bucket = ANY(%s)",
            [list(buckets)],
        )
        found: int = cursor.fetchone()[0]
        return found


def lock(buckets: Sequence[int]) -> int:
    """Hold the buckets until the transaction ends and raise their version.

    Returns the version before. A bucket that was never touched begins to exist.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracing_codebucket AS held (bucket, version)"
            " SELECT bucket, 1 FROM unnest(%s::smallint[]) AS bucket ORDER BY bucket"
            " ON CONFLICT (bucket) DO UPDATE SET version = held.version + 1"
            " RETURNING version - 1",
            [list(buckets)],
        )
        return sum(row[0] for row in cursor.fetchall())


def hold(buckets: Iterable[int]) -> None:
    """Hold buckets until the transaction ends, as `lock` does, and leave their version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracing_codebucket AS held (bucket, version)"
            " SELECT bucket, 0 FROM unnest(%s::smallint[]) AS bucket ORDER BY bucket"
            " ON CONFLICT (bucket) DO UPDATE SET version = held.version",
            [sorted(set(buckets))],
        )
