"""删除: rows are marked with a reason, their before-image is kept, and every reader skips them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from tracing.ingest.locks import take_unit_and_record
from tracing.ingest.read import Refused
from tracing.ingest.stores import drug_codes, drug_info
from tracing.ingest.stores.target import Target

VOIDABLE: dict[str, Target] = {
    drug_info.RECORD.code: drug_info.TARGET,
    drug_codes.RECORD.code: drug_codes.TARGET,
}


def void(record_code: str, unit_id: int, keys: Sequence[str], reason: str, now: datetime) -> int:
    """Void the unit's live rows with these keys; returns how many there were.

    A batch that still has live codes is refused whole, so that no code loses its product.
    Runs in the caller's transaction.
    """
    target = VOIDABLE[record_code]
    for code in sorted(VOIDABLE):
        take_unit_and_record(unit_id, code)
    if target is drug_info.TARGET:
        _refuse_batches_with_codes(unit_id, keys)
    key = next(iter(target.key))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH gone AS (
                UPDATE {target.table} new SET voided_at = %(now)s, void_reason = %(reason)s
                FROM (SELECT * FROM {target.table}
                      WHERE unit_id = %(unit)s AND {key} = ANY(%(keys)s) AND voided_at IS NULL
                      ORDER BY {key} FOR UPDATE) t
                WHERE new.{key} = t.{key} AND new.unit_id = t.unit_id
                RETURNING t.{key} AS key, to_jsonb(t) AS before, t.submission_id
            ), kept AS (
                INSERT INTO tracing_rowhistory
                       ("table", key, unit_id, cause, before, submission_id, at)
                SELECT %(table)s, key, %(unit)s, 'voided', before, NULL, %(now)s FROM gone
            ), counted AS (
                UPDATE tracing_submission s SET live_rows = s.live_rows - d.rows
                FROM (SELECT submission_id, count(*) AS rows FROM gone GROUP BY 1) d
                WHERE s.id = d.submission_id
            )
            SELECT count(*) FROM gone""",
            {
                "now": now,
                "reason": reason,
                "unit": unit_id,
                "keys": list(keys),
                "table": target.table,
            },
        )
        count: int = cursor.fetchone()[0]
        return count


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
        raise Refused("batch_has_codes", (found[0], str(found[1])))
