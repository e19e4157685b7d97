"""The counters of `tracing.stores.models_counts`: what changed is the difference of two tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.core.kinds import CodeList
from tracing.stores.lookups import looked_up

LOCAL_DAY = "({}.uploaded_at AT TIME ZONE 'Asia/Shanghai')::date"

# What the batch of a code is called in `BatchCount`: its columns after the unit and the list.
MADE = f"""
    SELECT t.unit_id, {LOCAL_DAY.format("t")}, t.trac_codg_sn, '', t.unit_id, count(*)
    FROM {{rows}} t WHERE t.voided_at IS NULL GROUP BY 1, 2, 3"""
UPLOADED = f"""
    SELECT k.unit_id, {LOCAL_DAY.format("k")}, coalesce(k.trac_codg_sn, ''),
           coalesce(k.batch, ''), coalesce(k.owner_id, 0), count(*)
    FROM {{rows}} k WHERE k.voided_at IS NULL GROUP BY 1, 2, 3, 4, 5"""
STATEMENTS = {CodeList.MADE: MADE, CodeList.UPLOADED: UPLOADED}
TABLES = {CodeList.MADE: "tracing_tracecode", CodeList.UPLOADED: "tracing_unitcode"}

ADD = """
    INSERT INTO {table} AS c ({key}, codes)
    SELECT * FROM unnest({arrays}) d ({key}, codes) ORDER BY {key}
    ON CONFLICT ({key}) DO UPDATE SET codes = c.codes + EXCLUDED.codes"""
SUBTRACT = """
    UPDATE {table} c SET codes = c.codes - d.codes
    FROM unnest({arrays}) d ({key}, codes) WHERE ({of_count}) = ({of_difference})"""


class DayKey(NamedTuple):
    """A row of `DayCount`, by its columns."""

    unit_id: int
    kind: str
    day: date


class BatchKey(NamedTuple):
    """A row of `BatchCount`, by its columns."""

    unit_id: int
    kind: str
    trac_codg_sn: str
    batch: str
    owner: int


TYPES = {int: "bigint", str: "text", date: "date"}


class Tally:
    """How many live codes there are of each day and of each batch."""

    def __init__(self) -> None:
        self.days: Counter[DayKey] = Counter()
        self.batches: Counter[BatchKey] = Counter()

    def add(self, day: date, batch: BatchKey, codes: int) -> None:
        """Count codes of a batch that were first uploaded on a day."""
        self.days[DayKey(batch.unit_id, batch.kind, day)] += codes
        self.batches[batch] += codes


def tally(lists: CodeList, given: str = "") -> Tally:
    """Count the live codes of a list: all of them, or those whose (code, unit_id) stands in a
    table, each once.
    """
    rows = looked_up(TABLES[lists], given, "unit_id") if given else TABLES[lists]
    found = Tally()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[lists].format(rows=rows))
        for unit, day, serial, batch, owner, codes in cursor:
            found.add(day, BatchKey(unit, lists.value, serial, batch, owner), codes)
    return found


def tally_new(unit_id: int, now: datetime, batches: Mapping[str, int]) -> Tally:
    """The tally of codes stored at this moment, by 流水号; they need not be read again."""
    found = Tally()
    day = timezone.localtime(now).date()
    for serial, codes in batches.items():
        found.add(day, BatchKey(unit_id, CodeList.MADE.value, serial, "", unit_id), codes)
    return found


def write(before: Tally, after: Tally) -> None:
    """Bring the counters from one tally to the other.

    Whoever changes codes of a unit holds the lock on them, so nobody changes the counters
    meanwhile. Raises `RuntimeError` when they were wrong before.
    """
    for table, key_type, old, new in (
        ("tracing_daycount", DayKey, before.days, after.days),
        ("tracing_batchcount", BatchKey, before.batches, after.batches),
    ):
        change = Counter(new)
        change.subtract(old)
        _apply(ADD, table, key_type, {key: n for key, n in change.items() if n > 0})
        _apply(SUBTRACT, table, key_type, {key: -n for key, n in change.items() if n < 0})


def _apply(
    statement: str, table: str, key_type: type[Any], change: Mapping[tuple[Any, ...], int]
) -> None:
    if not change:
        return
    names = key_type._fields
    columns = [list(column) for column in zip(*change, strict=True)]
    types = [_sql_type(column[0]) for column in columns]
    arrays = ", ".join(f"%s::{of}[]" for of in (*types, "bigint"))
    text = statement.format(
        table=table,
        key=", ".join(names),
        arrays=arrays,
        of_count=", ".join(f"c.{name}" for name in names),
        of_difference=", ".join(f"d.{name}" for name in names),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [*columns, list(change.values())])
        if cursor.rowcount != len(change):
            raise RuntimeError(f"{table} lacks a count; manage.py recount makes it anew")


def _sql_type(value: object) -> str:
    return TYPES[type(value)]
