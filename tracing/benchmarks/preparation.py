"""What an import rests on: rows that are stored when a unit uploads those of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tracing.records.base import Record
from tracing.records.bindings import BINDINGS, USUAL_FAMILY, of_family, telling
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import Shape
from tracing.synthetic.codes import PRODUCTS, credit_code
from tracing.synthetic.products import Firm, Maker
from tracing.synthetic.sample import Order, packs_of, serial_number, upstream_of

# Whose import is measured, and whom it sends to.
MAKER = Maker("某某药业有限公司", credit_code("benchmark"))
PARTNER = Firm("某某医药有限公司", credit_code("benchmark partner"))


class Upload(NamedTuple):
    """Rows of a record that the maker of the order uploads."""

    record: str
    order: Order


def order_of(rows: int, seed: int, faults: float = 0.0) -> Order:
    """What is measured."""
    return Order(MAKER, rows, seed, faults, partner=PARTNER)


def before(record: str, order: Order) -> Iterator[Upload]:
    """The uploads without which the rows would be told as 待匹配, in their order."""
    binding = BINDINGS[record]
    order = replace(order, faults=0.0)
    if binding.event is not None:
        if binding.event.lists_codes:
            yield from _from_upstream(order)
        else:
            yield from _with_its_product(binding.record.family, order)
    elif binding.shape in (Shape.CODES, Shape.UDI):
        yield _product(binding.record.family, order)
    elif binding.shape is Shape.SPEC:
        yield Upload(_record(binding.record.family, Shape.ITEM).code, order)


def _with_its_product(family: str, order: Order) -> Iterator[Upload]:
    """Codes of a family, after what they are codes of."""
    yield _product(family, order)
    yield Upload(_record(family, Shape.CODES, Shape.UDI).code, order)


def _product(family: str, order: Order) -> Upload:
    """What the codes of an order are codes of: their batch, or the maker's consumables."""
    record = _record(family, Shape.PRODUCT, Shape.ITEM)
    rows = PRODUCTS if BINDINGS[record.code].shape is Shape.ITEM else 1
    return Upload(record.code, replace(order, rows=rows))


def _from_upstream(order: Order) -> Iterator[Upload]:
    """What the packs that a distributor tells of are: made and shipped to it by their maker."""
    maker = upstream_of(order)
    packs = replace(
        order,
        maker=maker,
        partner=order.maker,
        batch=serial_number(order),
        rows=packs_of(telling(EventKind.CIRCULATION_IN, USUAL_FAMILY).code, order.rows),
    )
    yield from _with_its_product(USUAL_FAMILY, packs)
    yield Upload(telling(EventKind.SHIPMENT, USUAL_FAMILY).code, packs)


def _record(family: str, *shapes: Shape) -> Record:
    return next(b.record for b in of_family(family) if b.shape in shapes)
