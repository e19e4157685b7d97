"""A stored row as JSON, by the columns of its record: what before-images and previews are read by.

Which field of the table holds a column follows from the `Target` of the record's store, so that a
new shape needs nothing here: what becomes no field stands among `details`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from tracing.records.base import Column, Record
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Event
from tracing.stores.kept_columns import kept_columns
from tracing.stores.registry import store_of
from tracing.stores.target import Target

Image = Mapping[str, Any]
DETAILS = "details"


class Change(NamedTuple):
    """A column whose value is another, with both as they are kept."""

    column: Column
    before: Any
    after: Any


def cells(record: Record, image: Image) -> dict[str, Any]:
    """The values of an image by column; None where it holds none."""
    fields = kept_columns(store_of(record.code).TARGET)
    details = image.get(DETAILS) or {}
    return {
        column.name: value(
            column,
            image.get(fields[column.name]) if column.name in fields else details.get(column.name),
        )
        for column in record.columns
    }


def changes(record: Record, before: Image, after: Image) -> list[Change]:
    """What a row says otherwise than before, in the order of the columns: the record's, then those
    of the other records that could have told the same row.
    """
    found = []
    for teller, columns in _tellers(record):
        old, new = cells(teller, before), cells(teller, after)
        found += [
            Change(column, old[column.name], new[column.name])
            for column in columns
            if old[column.name] != new[column.name]
        ]
    return found


def column(record: Record, name: str) -> Column:
    """The column of a `Change` by its name. Raises KeyError."""
    for _, columns in _tellers(record):
        for found in columns:
            if found.name == name:
                return found
    raise KeyError(name)


def _tellers(record: Record) -> Iterator[tuple[Record, list[Column]]]:
    """A record with its columns, and each other whose rows stand in the same table under the same
    keys, with the columns that no record before it has.
    """
    own = BINDINGS[record.code]
    target = store_of(record.code).TARGET
    names, fields = {column.name for column in record.columns}, set(kept_columns(target).values())
    yield record, list(record.columns)
    for other in BINDINGS.values():
        theirs = store_of(other.record.code).TARGET
        if theirs.table != target.table or (own.event and _apart(own.event, other.told)):
            continue
        kept = kept_columns(theirs)
        more = [
            column
            for column in other.record.columns
            if column.name not in names and kept.get(column.name) not in fields
        ]
        names.update(column.name for column in more)
        yield other.record, more


def _apart(one: Event, other: Event) -> bool:
    """Whether two records tell of different kinds of event, which are part of the key."""
    return set(one.kinds).isdisjoint(other.kinds)


def value(column: Column, kept: Any) -> Any:
    """A value as JSON keeps it: a time is written out, and a number has lost its scale."""
    if kept is None:
        return None
    if column.kind.type in ("date", "moment"):
        return datetime.fromisoformat(kept)
    return Decimal(str(kept)) if column.kind.type == "number" else kept


def kept(held: Any) -> Any:
    """What `value` reads again."""
    if isinstance(held, datetime):
        return held.isoformat()
    return str(held) if isinstance(held, Decimal) else held


def stored(target: Target, unit: int, key: Sequence[str]) -> Image | None:
    """The unit's row with a key as it is now, voided or not; None also for another unit's."""
    same = " AND ".join(f"t.{name} = %s" for name in target.key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t) FROM {target.table} t WHERE {same} AND t.unit_id = %s",
            [*key, unit],
        )
        found = cursor.fetchone()
    return None if found is None else json.loads(found[0])
