"""Staging tables: one per record, unlogged, derived from the record.

A staged row is a checked row that waits for 确认. The tables are a cache: after a crash
PostgreSQL empties them, and they are filled again from the stored files.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from tracing.models.fields import code_field, field_for
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import SERIAL, Binding, Shape
from tracing.records.trace_codes import SYSTEM_LENGTH
from tracing.stores.models_codes import batch_field

# What the check adds to a row beside its columns: what its code says of itself. EXTRAS of
# tracing/uploads/stage.py fill them.
EXTRA_FIELDS: dict[Shape, dict[str, models.Field[Any, Any]]] = {
    Shape.PRODUCT: {},
    Shape.EVENT: {},
    Shape.SPEC: {},
    Shape.CODES: {"system": models.CharField(max_length=SYSTEM_LENGTH)},
    Shape.ITEM: {"udi_di": code_field(null=True)},
    Shape.UDI: {
        SERIAL: batch_field(),
        "system": models.CharField(max_length=SYSTEM_LENGTH),
        "udi_di": code_field(null=True),
        "is_lot": models.BooleanField(),
    },
}


def staged_model(binding: Binding) -> type[models.Model]:
    """The model of the table that stages a record's rows."""
    record = binding.record
    name = "Staged" + "".join(part.title() for part in record.code.split("-"))
    # The key columns are in the primary key so that the table can be spread by code, and before
    # the row so that a submission's codes are found by it.
    fields: dict[str, Any] = {
        "pk": models.CompositePrimaryKey("submission_id", *_filled_key(record), "row"),
        "submission_id": models.UUIDField(),
        "row": models.PositiveIntegerField(),
        "again": models.BooleanField(db_default=False),
        **{column.name: field_for(column) for column in record.columns},
        **{name: field.clone() for name, field in EXTRA_FIELDS[binding.shape].items()},
        "__module__": __name__,
        "__doc__": f"Checked rows of {record.code} that wait to be stored.",
        "Meta": type("Meta", (), {"db_table": staging_table(record)}),
    }
    return type(name, (models.Model,), fields)


def _filled_key(record: Record) -> list[str]:
    """The columns of a record's key that no row leaves empty."""
    return [name for name in record.key_columns if record.column(name).required]


def staging_table(record: Record) -> str:
    """The name of the table that stages a record's rows."""
    return "tracing_staged_" + record.code.replace("-", "_")


STAGED: dict[str, type[models.Model]] = {
    code: staged_model(binding) for code, binding in BINDINGS.items()
}
