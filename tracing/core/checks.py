"""System checks: records, settings and tables agree. Run by every start and by CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import models

from portal.lib.refused import catalogue
from tracing.models.fields import field_for
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.fault_kind import Level
from tracing.records.faults import FAULTS
from tracing.stores.events import EVENT_STORES
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads.models_staging import STAGED

# Where a record's rows are kept, and columns whose field has another name there.
KEPT_IN: dict[str, tuple[type[models.Model], dict[str, str]]] = {
    "domestic-drug-info": (DrugBatch, {}),
    "domestic-drug-codes": (TraceCode, {"lv1_trac_code": "code"}),
}
# Rows of these are kept as events: what the trace shows in columns, the rest in `details`.
KEPT_AS_EVENTS = frozenset(store.record for store in EVENT_STORES)


def columns_have_fields(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Every column of every record names a field of its table, as long and as required."""
    return [
        checks.Error(problem, id="tracing.E001")
        for record in RECORDS.values()
        for problem in _problems(record)
    ]


def _problems(record: Record) -> Iterator[str]:
    if record.code not in STAGED:
        yield f"{record.code} has no staging table"
    if record.code in KEPT_AS_EVENTS:
        return
    if record.code not in KEPT_IN:
        yield f"{record.code} has no table that keeps its rows"
        return
    model, renamed = KEPT_IN[record.code]
    fields = {field.name: field for field in model._meta.get_fields()}
    for column in record.columns:
        name = renamed.get(column.name, column.name)
        field = fields.get(name)
        if not isinstance(field, models.Field):
            yield f"{record.code}.{column.name} has no field in {model.__name__}"
            continue
        expected = field_for(column)
        for part in ("max_length", "max_digits", "decimal_places", "null", "db_collation"):
            found, wanted = getattr(field, part, None), getattr(expected, part, None)
            if found != wanted:
                yield f"{model.__name__}.{name}: {part} is {found}, the record says {wanted}"


def levels_are_known(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """PORTAL_CHECK_LEVELS names faults of the catalogue whose level may change."""
    return [
        checks.Error(
            f"PORTAL_CHECK_LEVELS: {code}={level} is not usable.",
            hint=f"Give a fault of docs/records.md whose level is not fixed, and one of "
            f"{', '.join(Level)}.",
            id="tracing.E002",
        )
        for code, level in settings.PORTAL_CHECK_LEVELS.items()
        if code not in FAULTS
        or level not in list(Level)
        or (FAULTS[code].fixed and level != FAULTS[code].level)
    ]


def codes_mean_one_thing(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """No code is both a fault of a row and a refusal: programs are told either by their codes."""
    return [
        checks.Error(f"{code} is both a fault and a refusal.", id="tracing.E003")
        for code in sorted(FAULTS.keys() & catalogue().keys())
    ]
