"""删除整批: a batch is voided with all its live codes, however many."""

from __future__ import annotations

from datetime import datetime

from accounts.core.kinds import CodeList
from tracing.records.bindings import of_shape
from tracing.records.shapes import SERIAL, Shape
from tracing.stores.advisory_locks import take_unit_and_record
from tracing.stores.models_counts import BatchCount
from tracing.stores.registry import store_of
from tracing.stores.staged_copy import replace
from tracing.stores.store import Store
from tracing.stores.voiding import changed_together, void_chosen

GOING = "batch_going"


def codes_in(unit_id: int, serial: str) -> int:
    """How many live codes a batch of the unit has, by the counters."""
    counted = BatchCount.everything.filter(
        unit_id=unit_id, kind=CodeList.MADE.value, trac_codg_sn=serial
    )
    return sum(counted.values_list("codes", flat=True))


def void_batch(
    record_code: str, unit_id: int, serial: str, reason: str, now: datetime
) -> int | None:
    """Void the unit's live batch of a product record and all its live codes, in the caller's
    transaction; returns how many codes, or None where there is no such batch.

    What was told of the codes stays: it was told of packs, and finds them again when they come
    under another batch.
    """
    for code in changed_together(record_code):
        take_unit_and_record(unit_id, code)
    named = {"serial": serial}
    codes = 0
    for store in _of_codes():
        table = store.TARGET.table
        codes += replace(
            GOING,
            f"SELECT code FROM {table} WHERE unit_id = %(unit)s AND {SERIAL} = %(serial)s"
            " AND voided_at IS NULL",
            {"unit": unit_id, **named},
        )
        going = f"SELECT code FROM {GOING}"
        with store.beside(unit_id, going, {}, lambda: None):
            void_chosen(store.TARGET, going, {}, unit_id, reason, now)
    target = store_of(record_code).TARGET
    gone = void_chosen(target, "SELECT %(serial)s::text", named, unit_id, reason, now)
    return codes if gone else None


def _of_codes() -> list[Store]:
    """A store for each table of codes."""
    stores = [store_of(binding.record.code) for binding in of_shape(Shape.CODES)]
    return list({store.TARGET.table: store for store in stores}.values())
