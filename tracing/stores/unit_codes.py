"""The codes that a unit uploaded without owning them: its own list to query and export."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

# The batch is the one typed last in the file; a file that leaves it out changes nothing.
STORE = """
    INSERT INTO tracing_unitcode (code, unit_id, batch, uploaded_at, submission_id)
    SELECT s.trac_code, %(unit)s,
           (array_agg(s.manu_lotnum ORDER BY s.row DESC)
                FILTER (WHERE s.manu_lotnum IS NOT NULL))[1],
           %(now)s, %(submission)s
    FROM {staged} s
    WHERE s.submission_id = %(submission)s
      AND NOT EXISTS (SELECT 1 FROM tracing_tracecode t
                      WHERE t.code = s.trac_code AND t.unit_id = %(unit)s)
      AND NOT EXISTS (SELECT 1 FROM tracing_pack p
                      WHERE p.code = s.trac_code AND p.unit_id = %(unit)s)
    GROUP BY s.trac_code ORDER BY s.trac_code
    ON CONFLICT (code, unit_id) DO UPDATE
    SET batch = coalesce(EXCLUDED.batch, tracing_unitcode.batch), voided_at = NULL,
        void_reason = NULL
    WHERE tracing_unitcode.voided_at IS NOT NULL
       OR EXCLUDED.batch IS DISTINCT FROM tracing_unitcode.batch AND EXCLUDED.batch IS NOT NULL"""

FORGET = """
    UPDATE tracing_unitcode c SET voided_at = %(now)s, void_reason = %(reason)s
    WHERE c.unit_id = %(unit)s AND c.code = ANY(%(codes)s) AND c.voided_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM tracing_traceevent e
                      WHERE e.code = c.code AND e.unit_id = c.unit_id AND e.voided_at IS NULL)"""


def store(staged: str, submission: uuid.UUID, unit: int, now: datetime) -> None:
    """List the codes of staged rows. In the caller's transaction, after their events."""
    with connection.cursor() as cursor:
        cursor.execute(
            STORE.format(staged=staged), {"submission": submission, "unit": unit, "now": now}
        )


def forget(unit: int, codes: Sequence[str], reason: str, now: datetime) -> None:
    """Void the codes of which the unit has no live event any more."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"unit": unit, "codes": list(codes), "reason": reason, "now": now})
