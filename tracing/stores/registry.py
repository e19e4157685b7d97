"""One store per shape of record."""

from __future__ import annotations

from functools import cache

from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Binding, Shape
from tracing.stores.codes import CodesStore
from tracing.stores.consumables import ItemStore, SpecStore
from tracing.stores.events import EventStore
from tracing.stores.products import ProductStore
from tracing.stores.store import Store
from tracing.stores.udi_codes import UdiStore

SHAPES: dict[Shape, type[Store]] = {
    Shape.PRODUCT: ProductStore,
    Shape.CODES: CodesStore,
    Shape.EVENT: EventStore,
    Shape.ITEM: ItemStore,
    Shape.SPEC: SpecStore,
    Shape.UDI: UdiStore,
}


def store_of(record_code: str) -> Store:
    """The store of a record. Raises KeyError for a code that no record has."""
    return _bound(BINDINGS[record_code])


@cache
def _bound(binding: Binding) -> Store:
    return SHAPES[binding.shape](binding)
