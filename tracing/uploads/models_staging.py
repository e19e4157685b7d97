"""Staging tables: one per record, unlogged, derived from the record.

A staged row is a checked row that waits for 确认. The tables are a cache: after a crash
PostgreSQL empties them, and they are filled again from the stored files.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from tracing.models.fields import field_for
from tracing.records import RECORDS
from tracing.records.base import Record

# What the check adds to a row beside its columns: the recognised system of its code.
EXTRA_FIELDS: dict[str, dict[str, models.Field[Any, Any]]] = {
    "domestic-drug-codes": {"system": models.CharField(max_length=16)},
}


def _model_for(record: Record) -> type[models.Model]:
    name = "Staged" + "".join(part.title() for part in record.code.split("-"))
    # The key columns are in the primary key so that the table can be spread by code, and before
    # the row so that a submission's codes are found by it.
    fields: dict[str, Any] = {
        "pk": models.CompositePrimaryKey("submission_id", *record.key_columns, "row"),
        "submission_id": models.UUIDField(),
        "row": models.PositiveIntegerField(),
        "again": models.BooleanField(db_default=False),
        **{column.name: field_for(column) for column in record.columns},
        **EXTRA_FIELDS.get(record.code, {}),
        "__module__": __name__,
        "__doc__": f"Checked rows of {record.code} that wait to be stored.",
        "Meta": type("Meta", (), {"db_table": staging_table(record)}),
    }
    return type(name, (models.Model,), fields)


def staging_table(record: Record) -> str:
    """The name of the table that stages a record's rows."""
    return "tracing_staged_" + record.code.replace("-", "_")


STAGED: dict[str, type[models.Model]] = {
    record.code: _model_for(record) for record in RECORDS.values()
}
