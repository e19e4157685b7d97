"""删除: rows are marked with a reason, their before-image is kept, and every reader skips them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain

from django.db import connection

from portal.lib.refused import Refused
from tracing.core.advisory_locks import take_unit_and_record
from tracing.records.bindings import BINDINGS, of_shape
from tracing.records.shapes import Shape
from tracing.stores import unit_codes
from tracing.stores.codes import CodesStore
from tracing.stores.consumables import of_item
from tracing.stores.registry import store_of
from tracing.stores.row_key import Key
from tracing.stores.target import ROWS_LEAVE, Parameters, Target

# Codes point at what describes their product: nobody changes one while the other changes.
_DRUGS, _CONSUMABLES = (Shape.CODES, Shape.PRODUCT), (Shape.UDI, Shape.ITEM, Shape.SPEC)
TOGETHER: dict[Shape, tuple[Shape, ...]] = {
    Shape.PRODUCT: _DRUGS,
    Shape.CODES: _DRUGS,
    Shape.EVENT: (),  # each record by itself
    Shape.ITEM: _CONSUMABLES,
    Shape.SPEC: _CONSUMABLES,
    Shape.UDI: _CONSUMABLES,
}


def changed_together(record_code: str) -> list[str]:
    """The records whose rows are not changed at the same time."""
    shapes = TOGETHER[BINDINGS[record_code].shape]
    return [binding.record.code for binding in of_shape(*shapes)] or [record_code]


def changed_with_codes() -> list[str]:
    """The records whose rows are not changed while codes change their owner."""
    of_codes = [code for code in BINDINGS if isinstance(store_of(code), CodesStore)]
    return list(dict.fromkeys(chain.from_iterable(map(changed_together, of_codes))))


def void(record_code: str, unit_id: int, keys: Sequence[Key], reason: str, now: datetime) -> int:
    """Void the unit's live rows with these keys; returns how many there were.

    A batch or a consumable that still has live codes is refused, so that no code loses its product.
    Runs in the caller's transaction.
    """
    if not keys:
        return 0
    for code in changed_together(record_code):
        take_unit_and_record(unit_id, code)
    require_unused(record_code, unit_id, keys)
    store = store_of(record_code)
    given, codes = "SELECT unnest(%(codes)s::text[])", {"codes": [key[0] for key in keys]}
    forgetting = partial(unit_codes.forget, given, codes, unit_id, reason, now)
    arrays = {f"key{n}": list(part) for n, part in enumerate(zip(*keys, strict=True))}
    parts = ", ".join(f"%({name})s::text[]" for name in arrays)
    with store.beside(unit_id, given, codes, forgetting):
        return void_chosen(
            store.TARGET, f"SELECT * FROM unnest({parts})", arrays, unit_id, reason, now
        )


def require_unused(record_code: str, unit_id: int, keys: Sequence[Key]) -> None:
    """Raise `Refused` for a batch or a consumable that still has live codes."""
    shape = BINDINGS[record_code].shape
    if shape in IN_USE:
        IN_USE[shape](unit_id, keys)


def void_chosen(
    target: Target, chosen: str, parameters: Parameters, unit_id: int, reason: str, now: datetime
) -> int:
    """Void the unit's live rows whose keys `chosen` selects; returns how many there were.

    What follows from them is the caller's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(target, chosen),
            {
                **parameters,
                "now": now,
                "reason": reason,
                "unit": unit_id,
                "submission": None,
                "table": target.table,
            },
        )
        count: int = cursor.fetchone()[0]
        return count


def _statement(target: Target, chosen: str) -> str:
    """Void, keep the before-images, and take the rows from the submissions that wrote them."""
    key = ", ".join(target.key)
    named = " AND ".join(f"r.{name} = given.{name}" for name in target.key)
    same = " AND ".join(f"new.{name} = t.{name}" for name in target.key)
    # The fence has each key looked up by itself: a plan without it reads all rows of the unit. That
    # they are live is asked outside, lest an index of the live rows seem as good as the key.
    return f"""
        WITH gone AS (
            UPDATE {target.table} new SET voided_at = %(now)s, void_reason = %(reason)s
            FROM (SELECT r.* FROM (SELECT DISTINCT * FROM ({chosen}) g ({key})
                                   ORDER BY {key}) given
                  CROSS JOIN LATERAL (
                      SELECT * FROM {target.table} r
                      WHERE {named} AND r.unit_id = %(unit)s OFFSET 0 FOR UPDATE) r
                  WHERE r.voided_at IS NULL) t
            WHERE {same} AND new.unit_id = t.unit_id
            RETURNING {target.key_text} AS key, to_jsonb(t) AS before, t.submission_id
        ), kept AS (
            INSERT INTO tracing_rowhistory
                   ("table", key, unit_id, cause, before, submission_id, at)
            SELECT %(table)s, key, %(unit)s, 'voided', before, NULL, %(now)s FROM gone
        ), counted AS (
            UPDATE tracing_submission s SET {ROWS_LEAVE}
            FROM (SELECT submission_id, count(*) AS rows FROM gone GROUP BY 1) d
            WHERE s.id = d.submission_id
        )
        SELECT count(*) FROM gone"""


def _refuse_batches_with_codes(unit_id: int, keys: Sequence[Key]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT trac_codg_sn, count(*) FROM tracing_tracecode
            WHERE unit_id = %s AND trac_codg_sn = ANY(%s) AND voided_at IS NULL
            GROUP BY trac_codg_sn ORDER BY trac_codg_sn LIMIT 1""",
            [unit_id, [batch for (batch,) in keys]],
        )
        found = cursor.fetchone()
    if found is not None:
        raise Refused("batch_has_codes", batch=found[0], codes=str(found[1]))


_GOING = "(SELECT * FROM unnest(%(mcs_codes)s::text[], %(udis)s::text[]) g (mcs_code, udi))"
# The codes of consumables that go, as their keys are given.
CODES_OF_ITEMS = f"""
    SELECT i.mcs_code, i.udi, count(*)
    FROM {_GOING} given
    JOIN tracing_consumableitem i ON i.unit_id = %(unit)s AND i.mcs_code = given.mcs_code
         AND i.udi = given.udi
    JOIN tracing_tracecode t ON {of_item("i", _GOING)}
    WHERE t.voided_at IS NULL
    GROUP BY i.mcs_code, i.udi ORDER BY i.mcs_code, i.udi LIMIT 1"""


def _refuse_items_with_codes(unit_id: int, keys: Sequence[Key]) -> None:
    mcs_codes, udis = ([key[part] for key in keys] for part in (0, 1))
    with connection.cursor() as cursor:
        cursor.execute(CODES_OF_ITEMS, {"mcs_codes": mcs_codes, "udis": udis, "unit": unit_id})
        found = cursor.fetchone()
    if found is not None:
        raise Refused("item_has_codes", item=f"{found[0]} {found[1]}", codes=str(found[2]))


IN_USE: dict[Shape, Callable[[int, Sequence[Key]], None]] = {
    Shape.PRODUCT: _refuse_batches_with_codes,
    Shape.ITEM: _refuse_items_with_codes,
}
