"""What is removed whole, in words."""

from __future__ import annotations

from tracing.records.bindings import BINDINGS, column_of
from tracing.records.shapes import Shape
from tracing.records.words import CONSUMABLES
from tracing.stores.row_key import Key

GOODS = {
    Shape.PRODUCT: "流水号“{}”的批次",
    Shape.ITEM: f"{column_of(Shape.ITEM, 'mcs_code').label}“{{}}”、UDI“{{}}”的{CONSUMABLES}",
}


def called(record_code: str, key: Key) -> str:
    """A batch or a consumable as sentences call it."""
    return GOODS[BINDINGS[record_code].shape].format(*key)
