"""Hanging new entries into the chains of their units."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from accounts.log.chain_links import ENTRY_COLUMNS, START, Entry, link_hash

# How many entries one transaction seals: some tenths of a second of work.
BATCH = 5_000
# How many one task seals at most, so that other quick jobs have their turn between.
BATCHES = 10
# The advisory lock of whoever seals; the two locks that others take are of two numbers each.
LOCK_NUMBER = 7_214_900_601

TAKE = f"""
    WITH taken AS (
        DELETE FROM accounts_unsealedentry WHERE entry_id IN (
            SELECT entry_id FROM accounts_unsealedentry ORDER BY entry_id LIMIT %s)
        RETURNING entry_id
    )
    SELECT {ENTRY_COLUMNS} FROM accounts_operationlog e JOIN taken ON taken.entry_id = e.id
    ORDER BY e.id
"""  # noqa: S608
# `=` finds the last link of a unit in the index, and never the chain of no unit.
HEADS = """
    SELECT wanted.unit_id, last.position, last.hash
    FROM unnest(%s::bigint[]) AS wanted (unit_id)
    CROSS JOIN LATERAL (
        SELECT position, hash FROM accounts_logseal s
        WHERE s.unit_id = wanted.unit_id ORDER BY position DESC LIMIT 1) last
    UNION ALL (
        SELECT NULL, position, hash FROM accounts_logseal
        WHERE unit_id IS NULL ORDER BY position DESC LIMIT 1)
"""
STORE = """
    INSERT INTO accounts_logseal (entry_id, unit_id, position, hash, at)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
"""


class _Head(NamedTuple):
    """The last link of a chain."""

    position: int
    hash: str


class _Link(NamedTuple):
    """A new row of accounts_logseal."""

    entry_id: int
    unit_id: int | None
    position: int
    hash: str
    at: datetime


def seal(batch: int = BATCH) -> int:
    """Seal up to `batch` entries that are committed and not sealed yet; returns how many.

    Entries of one batch are hung in by id, batches by arrival. Returns 0 too while another sealer
    is at work. Nobody who writes an entry waits for this, nor this for them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_NUMBER])
        if not cursor.fetchone()[0]:
            return 0
        # The earlier sealer's links are seen: each statement looks anew.
        cursor.execute(TAKE, [batch])
        entries = [Entry(*row) for row in cursor.fetchall()]
        if not entries:
            return 0
        cursor.execute(HEADS, [sorted({e.unit for e in entries if e.unit is not None})])
        heads = {unit: _Head(position, hash_) for unit, position, hash_ in cursor.fetchall()}
        links = list(_links(entries, heads, timezone.now()))
        cursor.execute(STORE, [list(column) for column in zip(*links, strict=True)])
    return len(entries)


def _links(
    entries: Iterable[Entry], heads: dict[int | None, _Head], now: datetime
) -> Iterable[_Link]:
    """Hang each entry behind the last link of its chain; `heads` follows."""
    for entry in entries:
        last = heads.get(entry.unit, _Head(0, START))
        position = last.position + 1
        head = _Head(position, link_hash(last.hash, position, now, entry))
        heads[entry.unit] = head
        yield _Link(entry.id, entry.unit, position, head.hash, now)
