"""Which field of a table keeps a staged column: what reads stored rows as their record again."""

from __future__ import annotations

import re

from django.apps import apps

from tracing.stores.target import Target

# As it is, or with what stands for an empty one.
_KEPT = re.compile(r"s\.(\w+)|coalesce\(s\.(\w+), (?:\d+|'')\)")


def kept_columns(target: Target) -> dict[str, str]:
    """The field that keeps a staged column, by the column. What follows from several columns
    keeps none of them.
    """
    found = (
        (_KEPT.fullmatch(says), kept) for kept, says in {**target.key, **target.columns}.items()
    )
    return {says[1] or says[2]: kept for says, kept in found if says}


def columns_of(table: str) -> set[str]:
    """All columns of a table of this app."""
    (model,) = [m for m in apps.get_app_config("tracing").get_models() if m._meta.db_table == table]
    return {f.column for f in model._meta.concrete_fields if f.column}
