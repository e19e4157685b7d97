"""What the product does with each record: the bindings of all families, and what is asked of them.

A binding names everything by data: a business by its code, what the rows become by a shape, what
an event says by columns of the record. It stands beside its record, in the file of its family.
Each layer maps a shape, never a record, to what is its own (store, table, list) and reads the
bindings when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracing.records import circulation, domestic_drugs
from tracing.records.base import Column, Record
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import CODE, MAKERS, Announced, Binding, Shape

ANNOUNCED = (
    Announced(MAKERS, "imported", "进口药信息", ahead=True),
    Announced(MAKERS, "consumable", "医用耗材信息", ahead=False),
)

# In this order everywhere: tabs, templates, documents.
BINDINGS: dict[str, Binding] = {
    binding.record.code: binding
    for binding in (
        *domestic_drugs.BINDINGS,
        *circulation.BINDINGS,
    )
}


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


def record_of(shape: Shape) -> Record:
    """The first record of a shape: what tells for all of them where one must, as in the demo."""
    return next(of_shape(shape)).record


def column_of(shape: Shape, name: str) -> Column:
    """A column as the first record of a shape has it that has it. Raises KeyError."""
    for binding in of_shape(shape):
        for column in binding.record.columns:
            if column.name == name:
                return column
    raise KeyError(name)


def required_of(shape: Shape, name: str) -> bool:
    """Whether every record of a shape has a column and asks for it."""
    return all(
        any(column.name == name and column.required for column in binding.record.columns)
        for binding in of_shape(shape)
    )


def telling(kind: EventKind) -> Record:
    """The first record that tells of a kind of event."""
    return next(b.record for b in of_shape(Shape.EVENT) if kind in b.told.kinds)


def traded_kinds() -> list[EventKind]:
    """The kinds of event whose codes become the list of a unit that does not own them."""
    return [k for b in of_shape(Shape.EVENT) if b.told.lists_codes for k in b.told.kinds]


def traded_code() -> Column:
    """The code as those tell it who list codes of others: it takes every kind of them, UDI too."""
    return next(b for b in of_shape(Shape.EVENT) if b.told.lists_codes).record.column(CODE)
