"""How the upload page of any desk lists the rows of each shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.units.models import Unit
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row
from tracing.records.base import Record
from tracing.records.shapes import Shape
from tracing.stores.models import DrugBatch
from tracing.stores.models_consumables import ConsumableItem
from tracing.uploads import row_keys
from tracing.uploads.desks import Desk
from tracing.uploads.queries_batches import batches
from tracing.uploads.queries_consumables import items
from tracing.uploads.queries_events import EventRow, events


@dataclass(frozen=True)
class Lister:
    """How the rows of a shape are listed.

    `find` takes the unit, the record, what its filter asks for and which page; `row` makes a line
    of one row that it found, at its place in the list of a unit (by its slug) at a desk. `look` is
    the word that leads to the row.
    """

    find: Callable[..., Page[Any]]
    row: Callable[[Desk, str, Columns, int, Any], Row]
    look: str


def _batches(
    unit: Unit, record: Record, wanted: Mapping[str, Any], **asked: int
) -> Page[DrugBatch]:
    return batches(unit, wanted, record=record, **asked)


def _batch(desk: Desk, slug: str, columns: Columns, number: int, batch: DrugBatch) -> Row:
    return Row(
        key=batch.trac_codg_sn,
        number=number,
        cells=columns.cells(batch),
        address=desk.batch_address(slug, batch.trac_codg_sn),
    )


def _events(unit: Unit, record: Record, wanted: Mapping[str, Any], **asked: int) -> Page[EventRow]:
    return events(unit, record.code, wanted, **asked)


def _event(desk: Desk, slug: str, columns: Columns, number: int, row: EventRow) -> Row:
    key = row_keys.written(row.key)
    return Row(
        key=key,
        number=number,
        cells=columns.cells(row.cells),
        address=desk.row_address(slug, key),
        name=row_keys.event_shown(row.key),
    )


def _items(
    unit: Unit, record: Record, wanted: Mapping[str, Any], **asked: int
) -> Page[ConsumableItem]:
    return items(unit, wanted, record=record, **asked)


def _item(desk: Desk, slug: str, columns: Columns, number: int, item: ConsumableItem) -> Row:
    key = row_keys.written((item.mcs_code, item.udi))
    return Row(
        key=key,
        number=number,
        cells=columns.cells(item),
        address=desk.item_address(slug, key),
        name=str(item),
    )


LISTERS: dict[Shape, Lister] = {
    Shape.ITEM: Lister(_items, _item, "追溯信息"),
    Shape.PRODUCT: Lister(_batches, _batch, "追溯信息"),
    Shape.EVENT: Lister(_events, _event, "查看"),
}
