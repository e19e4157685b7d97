"""A stored row as JSON, by the columns of its record: what before-images and previews are read by.

Which field of the table holds a column follows from the `Target` of the record's store, so that a
new shape needs nothing here: what becomes no field stands among `details`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from tracing.records.base import Column, Record
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
    """What a row says otherwise than before, in the order of the columns."""
    old, new = cells(record, before), cells(record, after)
    return [
        Change(column, old[column.name], new[column.name])
        for column in record.columns
        if old[column.name] != new[column.name]
    ]


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
