"""System checks: records, settings and tables agree. Run by every start and by CI."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import models

from accounts.rights.businesses import BUSINESSES
from portal.lib.refused import catalogue
from tracing.models.fields import field_for
from tracing.records.bindings import BINDINGS, required_of
from tracing.records.fault_kind import Severity
from tracing.records.faults import FAULTS
from tracing.records.shapes import (
    CODE,
    GOODS,
    LEVEL_COLUMNS,
    SERIAL,
    Binding,
    Days,
    Event,
    Pick,
    Shape,
)
from tracing.stores.kept_columns import kept_columns
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_consumables import ConsumableSpec
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_staging import EXTRA_FIELDS, STAGED
from tracing.stores.registry import store_of
from tracing.uploads.desks import desks
from tracing.uploads.listers import LISTERS
from tracing.uploads.stage import EXTRAS

# The columns by which rows of a shape are known, and told of.
KNOWN_BY: dict[Shape, tuple[str, ...]] = {
    Shape.PRODUCT: (SERIAL,),
    Shape.CODES: (SERIAL, LEVEL_COLUMNS[0]),
    Shape.EVENT: (CODE,),
    Shape.ITEM: ("mcs_code", "udi"),
    Shape.SPEC: ("mcs_code", "udi_di"),
    Shape.UDI: ("mcs_code", LEVEL_COLUMNS[0]),
}
# Fields that are filled where a record leaves their column empty.
FILLED = ((ConsumableSpec, "mol"), (TraceCode, "quantity"), (TraceCode, SERIAL))


def _errors(code: str, *rules: Callable[[Binding], Iterator[str]]) -> list[checks.CheckMessage]:
    """What rules find wrong with bindings."""
    return [
        checks.Error(problem, id=code)
        for binding in BINDINGS.values()
        for rule in rules
        for problem in rule(binding)
    ]


def columns_have_fields(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Every column of every record names a field of its table, as long and as required."""
    return _errors("tracing.E001", _problems)


def _problems(binding: Binding) -> Iterator[str]:
    record = binding.record
    if record.code not in STAGED:
        yield f"{record.code} has no staging table"
    if binding.shape is Shape.EVENT:
        if binding.event is not None:
            yield from _too_long(binding, binding.event)
        return
    model, kept = _model_of(binding), _fields_of(binding)
    fields = {field.name: field for field in model._meta.get_fields()}
    for column in record.columns:
        name = kept.get(column.name, column.name)
        field = fields.get(name)
        if not isinstance(field, models.Field):
            yield f"{record.code}.{column.name} has no field in {model.__name__}"
            continue
        expected = field_for(column, null=_may_be_empty(model, name))
        for part in ("max_length", "max_digits", "decimal_places", "null", "db_collation"):
            found, wanted = getattr(field, part, None), getattr(expected, part, None)
            longer = part == "max_length" and (found or 0) > (wanted or 0)
            if found != wanted and not longer:
                yield f"{model.__name__}.{name}: {part} is {found}, the record says {wanted}"


def _model_of(binding: Binding) -> type[models.Model]:
    """The table that keeps the rows of a record."""
    table = store_of(binding.record.code).TARGET.table
    found = apps.get_app_config("tracing").get_models()
    return next(model for model in found if model._meta.db_table == table)


def _fields_of(binding: Binding) -> dict[str, str]:
    """The fields that keep the columns of a record, by column."""
    return kept_columns(store_of(binding.record.code).TARGET)


def _may_be_empty(model: type[models.Model], name: str) -> bool:
    """Whether a record that a table keeps has no column for a field, or does not ask for it, and
    nothing else fills it.
    """
    if (model, name) in FILLED:
        return False
    columns = (
        (other, next((c for c, field in _fields_of(other).items() if field == name), name))
        for other in BINDINGS.values()
        if _model_of(other) is model
    )
    return not all(required_of(other.shape, column) for other, column in columns)


def _too_long(binding: Binding, event: Event) -> Iterator[str]:
    """Columns whose cells are longer than the field of the stored event that keeps them. Every cell
    that no field keeps is among its details.
    """
    for name, columns in event.fields.items():
        held = _length(TraceEvent._meta.get_field(name))
        for column in map(binding.record.column, columns):
            if _length(field_for(column)) > held:
                yield f"{binding.record.code}.{column.name} is longer than TraceEvent.{name}"


def _length(field: object) -> int:
    return getattr(field, "max_length", None) or 0


def shapes_add_up(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """What a check adds to the rows of a shape has a field where they are staged, and the other way
    round.
    """
    return [
        checks.Error(
            f"{shape.value}: EXTRAS of tracing/uploads/stage.py and EXTRA_FIELDS of"
            f" tracing/stores/models_staging.py differ by {', '.join(sorted(differ))}",
            id="tracing.E006",
        )
        for shape in Shape
        if (differ := EXTRAS.get(shape, {}).keys() ^ EXTRA_FIELDS.get(shape, {}).keys())
    ]


def bindings_hold(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """What a binding names is there: its business, its columns, and one teller of an event."""
    return _errors("tracing.E003", _unbound, _told_twice)


def _unbound(binding: Binding) -> Iterator[str]:
    record, columns = binding.record, {column.name for column in binding.record.columns}
    if binding.business not in BUSINESSES:
        yield f"{record.code} is uploaded by {binding.business}, which is no business"
    for name in _named(binding):
        if name not in columns:
            yield f"{record.code} has no column {name}, which its binding names"
    if (binding.shape is Shape.EVENT) != (binding.event is not None):
        yield f"{record.code} has the shape {binding.shape.value}, its binding tells otherwise"
    if binding.event is not None and record.document is None:
        yield f"{record.code} tells of events and names no document"
    yield from _unlisted(binding)


def _unlisted(binding: Binding) -> Iterator[str]:
    """A list needs a way to list the shape, and the dialog of a batch at least one tab."""
    if binding.listing is None:
        return
    if binding.shape not in LISTERS:
        yield f"{binding.record.code} has a list, which rows of {binding.shape.value} cannot have"
    if binding.shape in GOODS and binding.part is None:
        yield f"{binding.record.code} has a list and no part in the dialog of its rows"


def _named(binding: Binding) -> Iterator[str]:
    """Every column that a binding names."""
    yield from KNOWN_BY[binding.shape]
    if binding.part is not None:
        yield from map(_name, binding.part.columns)
    if (listing := binding.listing) is not None:
        yield from map(_name, (*listing.columns, *listing.filters, *listing.header))
    if (event := binding.event) is not None:
        said = [event.time, event.by, event.organisation, event.quantity]
        said += [*event.sender, *event.receiver, *(told.status for _, told in event.told)]
        yield from filter(None, said)
        yield from (condition.column for _, told in event.told for condition in told.where)


def _name(pick: Pick | Days | str) -> str:
    return pick if isinstance(pick, str) else pick.name


def _told_twice(binding: Binding) -> Iterator[str]:
    """Events do not say which record told them: in a list or a dialog their kind does."""
    for other in BINDINGS.values():
        if other is binding or binding.event is None or other.event is None:
            continue
        if not set(binding.event.kinds) & set(other.event.kinds):
            continue
        if binding.record.family == other.record.family or (binding.listing and other.listing):
            yield f"{binding.record.code} and {other.record.code} tell of the same kind of event"


def desks_have_lists(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Each kind of unit that uploads has a list to see what it uploaded."""
    return [
        checks.Error(
            f"{desk.kind.code} uploads by {desk.business}, of which no record has a list.",
            id="tracing.E005",
        )
        for desk in desks()
        if not desk.listings
    ]


def levels_are_known(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """PORTAL_CHECK_LEVELS names faults of the catalogue whose level may change."""
    return [
        checks.Error(
            f"PORTAL_CHECK_LEVELS: {code}={level} is not usable.",
            hint=f"Give a fault of docs/records.md whose level is not fixed, and one of "
            f"{', '.join(Severity)}.",
            id="tracing.E002",
        )
        for code, level in settings.PORTAL_CHECK_LEVELS.items()
        if code not in FAULTS
        or level not in list(Severity)
        or (FAULTS[code].fixed and level != FAULTS[code].level)
    ]


def codes_mean_one_thing(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """No code is both a fault of a row and a refusal: programs are told either by their codes."""
    return [
        checks.Error(f"{code} is both a fault and a refusal.", id="tracing.E004")
        for code in sorted(FAULTS.keys() & catalogue().keys())
    ]
