"""System checks: records, settings and tables agree. Run by every start and by CI."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import models

from accounts.rights.businesses import BUSINESSES
from portal.lib.refused import catalogue
from tracing.models.fields import field_for
from tracing.records.bindings import BINDINGS, required_of
from tracing.records.fault_kind import Severity
from tracing.records.faults import FAULTS
from tracing.records.shapes import CODE, LEVEL_COLUMNS, SERIAL, Binding, Days, Pick, Shape
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.stores.models_staging import STAGED
from tracing.uploads.desks import desks
from tracing.uploads.listers import LISTERS

# Where the rows of a shape are kept, and columns whose field has another name there. Events keep
# what the trace shows in columns of their own, and every other cell in `details`.
KEPT_IN: dict[Shape, tuple[type[models.Model], dict[str, str]]] = {
    Shape.PRODUCT: (DrugBatch, {}),
    Shape.CODES: (TraceCode, {"lv1_trac_code": "code"}),
    Shape.ITEM: (ConsumableItem, {}),
    Shape.SPEC: (ConsumableSpec, {}),
    Shape.UDI: (
        TraceCode,
        {"lv1_trac_code": "code", "mcs_code": "med_list_codg", "cnt": "quantity"},
    ),
}
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
        return
    model, renamed = KEPT_IN[binding.shape]
    fields = {field.name: field for field in model._meta.get_fields()}
    for column in record.columns:
        name = renamed.get(column.name, column.name)
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


def _may_be_empty(model: type[models.Model], name: str) -> bool:
    """Whether a record of the shapes that a table keeps has no column for a field, or does not ask
    for it, and nothing else fills it.
    """
    if (model, name) in FILLED:
        return False
    renamings = ((shape, names) for shape, (table, names) in KEPT_IN.items() if table is model)
    return not all(
        required_of(shape, next((column for column, field in names.items() if field == name), name))
        for shape, names in renamings
    )


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
    if binding.shape in (Shape.PRODUCT, Shape.ITEM) and binding.part is None:
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
