"""What is removed whole, in words."""

from __future__ import annotations

from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Shape
from tracing.stores.row_key import Key

GOODS = {
    Shape.PRODUCT: "流水号“{}”的批次",
    Shape.ITEM: "医保耗材代码“{}”、UDI“{}”的医用耗材",
}


def called(record_code: str, key: Key) -> str:
    """A batch or a consumable as sentences call it."""
    return GOODS[BINDINGS[record_code].shape].format(*key)
