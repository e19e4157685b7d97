"""删除整批: a batch or a consumable is voided with all its live codes, however many."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.core.kinds import CodeList
from tracing.core.advisory_locks import take_unit_and_record
from tracing.records.bindings import BINDINGS, of_shape
from tracing.records.shapes import SERIAL, Shape
from tracing.stores import counted_tables
from tracing.stores.consumables import of_item
from tracing.stores.models_counts import BatchCount
from tracing.stores.registry import store_of
from tracing.stores.row_key import Key
from tracing.stores.store import Store
from tracing.stores.voiding import changed_together, void_chosen

GOING = "batch_going"


class Goods(NamedTuple):
    """What goes with a row of a shape: codes of another shape, and which, as SQL on a code `t`, by
    the parts of the row's key."""

    codes: Shape
    which: str


_GOING = "(SELECT %(mcs_code)s::text AS mcs_code, %(udi)s::text AS udi)"
# What the index of the codes is asked stands by itself.
OF_ITEM = f"""
    t.is_consumable AND t.med_list_codg = %(mcs_code)s AND EXISTS (
        SELECT 1 FROM tracing_consumableitem i
        WHERE i.unit_id = %(unit)s AND i.mcs_code = %(mcs_code)s AND i.udi = %(udi)s
          AND {of_item("i", _GOING)})"""
GOODS = {
    Shape.PRODUCT: Goods(Shape.CODES, f"NOT t.is_consumable AND t.{SERIAL} = %({SERIAL})s"),
    Shape.ITEM: Goods(Shape.UDI, OF_ITEM),
}


def codes_in(record_code: str, unit_id: int, key: Key) -> int:
    """How many live codes would go with a batch, by the counters, or with a consumable."""
    if BINDINGS[record_code].shape is Shape.PRODUCT:
        counted = BatchCount.everything.filter(
            unit_id=unit_id, kind=CodeList.MADE.value, trac_codg_sn=key[0]
        )
        return sum(counted.values_list("codes", flat=True))
    (store,) = _of_codes(record_code)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ({_codes(record_code, store)}) g",
            _named(record_code, unit_id, key),
        )
        count: int = cursor.fetchone()[0]
        return count


def void_whole(record_code: str, unit_id: int, key: Key, reason: str, now: datetime) -> int | None:
    """Void the unit's live row of a product record and all its live codes, in the caller's
    transaction; returns how many codes, or None where there is no such row.

    What was told of the codes stays: it was told of packs, and finds them again when they come
    under another product.
    """
    for code in changed_together(record_code):
        take_unit_and_record(unit_id, code)
    named = _named(record_code, unit_id, key)
    codes = 0
    for store in _of_codes(record_code):
        codes += counted_tables.make(GOING, _codes(record_code, store), named)
        going = f"SELECT code FROM {GOING}"
        with store.beside(unit_id, going, {}, lambda: None):
            void_chosen(store.TARGET, going, {}, unit_id, reason, now)
    target = store_of(record_code).TARGET
    parts = ", ".join(f"%({name})s::text" for name in target.key)
    gone = void_chosen(target, f"SELECT {parts}", named, unit_id, reason, now)
    return codes if gone else None


def _named(record_code: str, unit_id: int, key: Key) -> dict[str, Any]:
    """What the statements are told of a row."""
    return {"unit": unit_id, **dict(zip(store_of(record_code).TARGET.key, key, strict=True))}


def _codes(record_code: str, store: Store) -> str:
    which = GOODS[BINDINGS[record_code].shape].which
    return (
        f"SELECT t.code FROM {store.TARGET.table} t"
        f" WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL AND {which}"
    )


def _of_codes(record_code: str) -> list[Store]:
    """A store for each table of codes."""
    shape = GOODS[BINDINGS[record_code].shape].codes
    stores = [store_of(binding.record.code) for binding in of_shape(shape)]
    return list({store.TARGET.table: store for store in stores}.values())
