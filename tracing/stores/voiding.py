"""删除: rows are marked with a reason, their before-image is kept, and every reader skips them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import connection

from portal.lib.refused import Refused
from tracing.records.bindings import BINDINGS, of_shape
from tracing.records.shapes import Shape
from tracing.stores import unit_codes
from tracing.stores.advisory_locks import take_unit_and_record
from tracing.stores.registry import store_of
from tracing.stores.target import ROWS_LEAVE, Parameters, Target

# A row's key: the parts that its table's key has beside the unit.
Key = tuple[str, ...]


def changed_together(record_code: str) -> list[str]:
    """The records whose rows are not changed at the same time: codes point at their batch."""
    of_batches = [b.record.code for b in of_shape(Shape.CODES, Shape.PRODUCT)]
    return of_batches if record_code in of_batches else [record_code]


def void(record_code: str, unit_id: int, keys: Sequence[Key], reason: str, now: datetime) -> int:
    """Void the unit's live rows with these keys; returns how many there were.

    A batch that still has live codes is refused whole, so that no code loses its product.
    Runs in the caller's transaction.
    """
    if not keys:
        return 0
    for code in changed_together(record_code):
        take_unit_and_record(unit_id, code)
    binding = BINDINGS[record_code]
    if binding.shape is Shape.PRODUCT:
        _refuse_batches_with_codes(unit_id, [batch for (batch,) in keys])
    store = store_of(record_code)
    given, codes = "SELECT unnest(%(codes)s::text[])", {"codes": [key[0] for key in keys]}
    forgetting = partial(unit_codes.forget, given, codes, unit_id, reason, now)
    arrays = {f"key{n}": list(part) for n, part in enumerate(zip(*keys, strict=True))}
    parts = ", ".join(f"%({name})s::text[]" for name in arrays)
    only = f"({_key(store.TARGET)}) IN (SELECT * FROM unnest({parts}))"
    with store.beside(unit_id, given, codes, forgetting):
        return void_chosen(store.TARGET, only, arrays, unit_id, reason, now)


def void_chosen(
    target: Target, only: str, parameters: Parameters, unit_id: int, reason: str, now: datetime
) -> int:
    """Void the unit's live rows that `only` chooses, a condition; returns how many there were.

    What follows from them is the caller's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(target, only),
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


def _key(target: Target) -> str:
    return ", ".join(f"{target.table}.{name}" for name in target.key)


def _statement(target: Target, only: str) -> str:
    """Void, keep the before-images, and take the rows from the submissions that wrote them."""
    same = " AND ".join(f"new.{name} = t.{name}" for name in target.key)
    return f"""
        WITH gone AS (
            UPDATE {target.table} new SET voided_at = %(now)s, void_reason = %(reason)s
            FROM (SELECT * FROM {target.table}
                  WHERE unit_id = %(unit)s AND voided_at IS NULL
                    AND {only}
                  ORDER BY {_key(target)} FOR UPDATE) t
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


def _refuse_batches_with_codes(unit_id: int, keys: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT trac_codg_sn, count(*) FROM tracing_tracecode
            WHERE unit_id = %s AND trac_codg_sn = ANY(%s) AND voided_at IS NULL
            GROUP BY trac_codg_sn ORDER BY trac_codg_sn LIMIT 1""",
            [unit_id, list(keys)],
        )
        found = cursor.fetchone()
    if found is not None:
        raise Refused("batch_has_codes", batch=found[0], codes=str(found[1]))
