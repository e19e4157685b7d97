"""What the product does with each record: the bindings of all families, and what is asked of them.

A binding names everything by data: a business by its code, what the rows become by a shape, what
an event says by columns of the record. It stands beside its record, in the file of its family.
Each layer maps a shape, never a record, to what is its own (store, table, list) and reads the
bindings when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracing.records import circulation, consumables, domestic_drugs, imported_drugs
from tracing.records.base import Column, Record
from tracing.records.event_kinds import EventKind
from tracing.records.families import Family
from tracing.records.shapes import CODE, Binding, Shape

# In this order everywhere: tabs, templates, documents.
BINDINGS: dict[str, Binding] = {
    binding.record.code: binding
    for binding in (
        *imported_drugs.BINDINGS,
        *domestic_drugs.BINDINGS,
        *consumables.BINDINGS,
        *circulation.BINDINGS,
    )
}

# The kinds of goods, as people call them.
FAMILIES: dict[str, Family] = {
    family.code: family
    for family in (imported_drugs.FAMILY, domestic_drugs.FAMILY, consumables.FAMILY)
}

# Whose records tell for those of all families where one must, and whose list opens first.
USUAL_FAMILY = domestic_drugs.FAMILY.code


def of_business(business: str) -> list[Binding]:
    """What a business uploads, in the order of its import dialog."""
    return [binding for binding in BINDINGS.values() if binding.business == business]


def of_family(family: str) -> list[Binding]:
    """What is told of the batches of a family, in the order of their dialog."""
    return [binding for binding in BINDINGS.values() if binding.record.family == family]


def of_shape(*shapes: Shape) -> Iterator[Binding]:
    """The records of some shapes, shape by shape."""
    for shape in shapes:
        yield from (binding for binding in BINDINGS.values() if binding.shape is shape)


def record_of(shape: Shape, family: str = USUAL_FAMILY) -> Record:
    """The record of a shape and a family, or the first of the shape where the family has none."""
    records = [binding.record for binding in of_shape(shape)]
    return next((record for record in records if record.family == family), records[0])


def titled(family: str) -> str:
    """What people call the goods of a family. Raises KeyError for one that is of no goods alone."""
    return FAMILIES[family].goods


def column_of(shape: Shape, name: str) -> Column:
    """A column as the first record of a shape has it that has it. Raises KeyError."""
    for binding in of_shape(shape):
        for column in binding.record.columns:
            if column.name == name:
                return column
    raise KeyError(name)


def columns_told(field: str) -> Iterator[Column]:
    """The columns that a field of the stored event keeps, of every record of events. The
    `document` is a number of either side.
    """
    for binding in of_shape(Shape.EVENT):
        names = binding.told.fields.get(field, ())
        if field == "document" and binding.record.document is not None:
            names = tuple(name for _, name in binding.record.document.number.columns)
        yield from map(binding.record.column, names)


def required_of(shape: Shape, name: str) -> bool:
    """Whether every record of a shape has a column and asks for it."""
    return all(
        any(column.name == name and column.required for column in binding.record.columns)
        for binding in of_shape(shape)
    )


def telling(kind: EventKind, family: str) -> Record:
    """The record that tells of a kind of event of a family's goods, or the first that does."""
    records = [b.record for b in of_shape(Shape.EVENT) if kind in b.told.kinds]
    return next((record for record in records if record.family == family), records[0])


def traded_kinds() -> list[EventKind]:
    """The kinds of event whose codes become the list of a unit that does not own them."""
    return [k for b in of_shape(Shape.EVENT) if b.told.lists_codes for k in b.told.kinds]


def taking_kinds() -> list[EventKind]:
    """The kinds of event by which the pieces of a lot become fewer."""
    taking = (k for b in of_shape(Shape.EVENT) if b.told.takes for k in b.told.kinds)
    return list(dict.fromkeys(taking))


def is_of_devices(record_code: str) -> bool:
    """Whether a record tells of goods whose codes are UDI."""
    family = BINDINGS[record_code].record.family
    return any(binding.shape is Shape.UDI for binding in of_family(family))


def traded_code() -> Column:
    """The code as those tell it who list codes of others: it takes every kind of them, UDI too."""
    return next(b for b in of_shape(Shape.EVENT) if b.told.lists_codes).record.column(CODE)
