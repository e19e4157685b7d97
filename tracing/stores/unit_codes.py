"""The codes that a unit uploaded without owning them: its own list to query and export."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from tracing.records.bindings import traded_kinds
from tracing.stores.lookups import looked_up, rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.target import UNDONE, begins

# The batch is the one typed last in the file; a file that leaves it out changes nothing.
STORE = f"""
    INSERT INTO tracing_unitcode (code, unit_id, batch, uploaded_at, submission_id)
    SELECT s.trac_code, %(unit)s,
           (array_agg(s.manu_lotnum ORDER BY s.row DESC)
                FILTER (WHERE s.manu_lotnum IS NOT NULL))[1],
           %(now)s, %(submission)s
    FROM {{staged}} s
    WHERE s.submission_id = %(submission)s
      AND NOT EXISTS (SELECT 1 FROM {rows_by("tracing_tracecode", code="s.trac_code")} t
                      WHERE t.unit_id = %(unit)s)
      AND NOT EXISTS (SELECT 1 FROM {rows_by("tracing_pack", code="s.trac_code")} p
                      WHERE p.unit_id = %(unit)s)
    GROUP BY s.trac_code ORDER BY s.trac_code
    ON CONFLICT (code, unit_id) DO UPDATE
    SET batch = coalesce(EXCLUDED.batch, tracing_unitcode.batch),
        uploaded_at = {begins("tracing_unitcode")}, voided_at = NULL, void_reason = NULL
    WHERE tracing_unitcode.voided_at IS NOT NULL
       OR EXCLUDED.batch IS DISTINCT FROM tracing_unitcode.batch AND EXCLUDED.batch IS NOT NULL"""

_GIVEN = "(SELECT DISTINCT code, %(unit)s::bigint AS unit_id FROM ({codes}) codes (code))"
_OF_CODE = rows_by("tracing_traceevent", code="listed.code")
FORGET = f"""
    UPDATE tracing_unitcode c SET voided_at = %(now)s, void_reason = %(reason)s
    FROM {looked_up("tracing_unitcode", _GIVEN, "unit_id")} listed
    WHERE c.code = listed.code AND c.unit_id = listed.unit_id AND listed.voided_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM {_OF_CODE} e
                      WHERE e.unit_id = listed.unit_id AND e.voided_at IS NULL)"""

# What a listed code says follows from the uploads that are left: the batch typed last, and, where
# the one that is gone listed it first, the first day.
RELIST = f"""
    UPDATE tracing_unitcode k
    SET batch = said.batch,
        uploaded_at = CASE WHEN k.submission_id = %(submission)s
                           THEN said.uploaded_at ELSE k.uploaded_at END
    FROM (SELECT e.code, e.unit_id, min(e.uploaded_at) AS uploaded_at,
                 (array_agg(e.details ->> 'manu_lotnum' ORDER BY s.stored_at DESC NULLS LAST)
                      FILTER (WHERE e.details ? 'manu_lotnum'))[1] AS batch
          FROM {looked_up("tracing_traceevent", _GIVEN)} e
          LEFT JOIN tracing_submission s ON s.id = e.submission_id
          WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL AND e.kind = ANY(%(kinds)s)
          GROUP BY e.code, e.unit_id) said
    WHERE k.code = said.code AND k.unit_id = said.unit_id AND k.voided_at IS NULL"""


def store(staged: str, submission: uuid.UUID, unit: int, now: datetime) -> None:
    """List the codes of staged rows. In the caller's transaction, after their events."""
    with connection.cursor() as cursor:
        cursor.execute(
            STORE.format(staged=staged), {"submission": submission, "unit": unit, "now": now}
        )


def forget(codes: str, parameters: Parameters, unit: int, reason: str, now: datetime) -> None:
    """Void those of the codes, a SELECT of one column, of which the unit tells nothing any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            FORGET.format(codes=codes), {**parameters, "unit": unit, "reason": reason, "now": now}
        )


def relist(codes: str, submission: uuid.UUID, unit: int, now: datetime) -> None:
    """List codes, a SELECT of one column, as if an upload that told of them had never been."""
    forget(codes, {}, unit, UNDONE, now)
    kinds = [kind.value for kind in traded_kinds()]
    with connection.cursor() as cursor:
        cursor.execute(
            RELIST.format(codes=codes), {"submission": submission, "unit": unit, "kinds": kinds}
        )
