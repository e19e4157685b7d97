"""删除: rows are marked with a reason, their before-image is kept, and every reader skips them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain

from django.db import connection

from portal.lib.refused import Refusal, Refused, refusal
from tracing.core.advisory_locks import take_unit_and_record
from tracing.records.bindings import BINDINGS, of_shape
from tracing.records.shapes import Shape
from tracing.stores import unit_codes
from tracing.stores.codes import CodesStore
from tracing.stores.consumables import of_item
from tracing.stores.lookups import rows_by
from tracing.stores.registry import store_of
from tracing.stores.row_faults import Parameters
from tracing.stores.row_key import Key
from tracing.stores.target import ROWS_LEAVE, Target

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

# What tells the goods of a table that records of several share.
OF_GOODS = ("family", "is_consumable")


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
    for why in in_use(record_code, unit_id, keys).values():
        raise Refused.of(why)


def in_use(record_code: str, unit_id: int, keys: Sequence[Key]) -> dict[Key, Refusal]:
    """Batches or consumables that still have live codes, with why they stay. Of consumables that
    share their codes each stays that would be the last.
    """
    shape = BINDINGS[record_code].shape
    return IN_USE[shape](unit_id, keys) if shape in IN_USE else {}


def live(record_code: str, unit_id: int, keys: Sequence[Key]) -> set[Key]:
    """Those of the keys under which the unit has a live row of the record's goods."""
    target = store_of(record_code).TARGET
    said = {**target.columns, **target.constants}
    goods = [f"AND t.{name} = {said[name]}" for name in OF_GOODS if name in said]
    parts = dict(zip(target.key, zip(*keys, strict=True), strict=True)) if keys else {}
    arrays = ", ".join(f"%({name})s::text[]" for name in parts)
    by_key = rows_by(target.table, **{name: f"g.{name}" for name in parts}, unit_id="%(unit)s")
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT {", ".join(f"g.{name}" for name in parts)}
            FROM unnest({arrays}) g ({", ".join(parts)}) CROSS JOIN LATERAL {by_key} t
            WHERE t.voided_at IS NULL {" ".join(goods)}""",
            {**{name: list(part) for name, part in parts.items()}, "unit": unit_id},
        )
        return set(cursor.fetchall())


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


def _batches_with_codes(unit_id: int, keys: Sequence[Key]) -> dict[Key, Refusal]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT trac_codg_sn, count(*) FROM tracing_tracecode
            WHERE unit_id = %s AND trac_codg_sn = ANY(%s) AND voided_at IS NULL
            GROUP BY trac_codg_sn ORDER BY trac_codg_sn""",
            [unit_id, [batch for (batch,) in keys]],
        )
        return {
            (batch,): refusal("batch_has_codes", batch=batch, codes=str(codes))
            for batch, codes in cursor
        }


_GOING = "(SELECT * FROM unnest(%(mcs_codes)s::text[], %(udis)s::text[]) g (mcs_code, udi))"
# The codes of consumables that go, as their keys are given.
CODES_OF_ITEMS = f"""
    SELECT i.mcs_code, i.udi, count(*)
    FROM {_GOING} given
    JOIN tracing_consumableitem i ON i.unit_id = %(unit)s AND i.mcs_code = given.mcs_code
         AND i.udi = given.udi
    JOIN tracing_tracecode t ON {of_item("i", _GOING)}
    WHERE t.voided_at IS NULL
    GROUP BY i.mcs_code, i.udi ORDER BY i.mcs_code, i.udi"""


def _items_with_codes(unit_id: int, keys: Sequence[Key]) -> dict[Key, Refusal]:
    mcs_codes, udis = ([key[part] for key in keys] for part in (0, 1))
    with connection.cursor() as cursor:
        cursor.execute(CODES_OF_ITEMS, {"mcs_codes": mcs_codes, "udis": udis, "unit": unit_id})
        return {
            (mcs_code, udi): refusal("item_has_codes", item=f"{mcs_code} {udi}", codes=str(codes))
            for mcs_code, udi, codes in cursor
        }


IN_USE: dict[Shape, Callable[[int, Sequence[Key]], dict[Key, Refusal]]] = {
    Shape.PRODUCT: _batches_with_codes,
    Shape.ITEM: _items_with_codes,
}
