"""To which batch a code belongs that a unit uploaded without owning it.

The unit learns its maker's batch when somebody else's upload names it as sender or receiver of
the code or of a box that holds it: until then the link stays empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.businesses import UnitKind
from tracing.derived import counters

CANDIDATES = "derived_candidate"
THESE = f"AND (k.code, k.unit_id) IN (SELECT code, unit_id FROM {CANDIDATES})"

# A box of several batches belongs to none of them.
RELINK = f"""
    WITH packs AS (
        SELECT c.code, c.unit_id, 1 AS level, t.unit_id AS owner_id, t.trac_codg_sn,
               t.lv2_trac_code, t.lv3_trac_code
        FROM {CANDIDATES} c JOIN tracing_tracecode t ON t.code = c.code
        WHERE t.voided_at IS NULL
        UNION ALL
        SELECT c.code, c.unit_id, 2, t.unit_id, t.trac_codg_sn, NULL, t.lv3_trac_code
        FROM {CANDIDATES} c JOIN tracing_tracecode t ON t.lv2_trac_code = c.code
        WHERE t.voided_at IS NULL
        UNION ALL
        SELECT c.code, c.unit_id, 3, t.unit_id, t.trac_codg_sn, NULL, NULL
        FROM {CANDIDATES} c JOIN tracing_tracecode t ON t.lv3_trac_code = c.code
        WHERE t.voided_at IS NULL),
    chain AS (
        SELECT code, unit_id, code AS pack FROM {CANDIDATES}
        UNION SELECT code, unit_id, lv2_trac_code FROM packs WHERE lv2_trac_code IS NOT NULL
        UNION SELECT code, unit_id, lv3_trac_code FROM packs WHERE lv3_trac_code IS NOT NULL),
    known AS (
        SELECT chain.code, chain.unit_id
        FROM chain JOIN accounts_unit u ON u.id = chain.unit_id
        JOIN tracing_traceevent e ON e.code = chain.pack AND e.voided_at IS NULL
             AND e.unit_id <> chain.unit_id AND u.uscc IN (e.sender_uscc, e.receiver_uscc)
        UNION SELECT code, unit_id FROM packs WHERE owner_id = unit_id
        UNION SELECT code, unit_id FROM {CANDIDATES} WHERE %(lifted)s),
    batch AS (
        SELECT code, unit_id, min(owner_id) AS owner_id, min(trac_codg_sn) AS trac_codg_sn
        FROM packs JOIN known USING (code, unit_id) GROUP BY code, unit_id
        HAVING count(DISTINCT (owner_id, trac_codg_sn)) = 1)
    UPDATE tracing_unitcode k SET owner_id = b.owner_id, trac_codg_sn = b.trac_codg_sn
    FROM {CANDIDATES} c LEFT JOIN batch b USING (code, unit_id)
    WHERE k.code = c.code AND k.unit_id = c.unit_id
      AND ROW(k.owner_id, k.trac_codg_sn) IS DISTINCT FROM ROW(b.owner_id, b.trac_codg_sn)"""


def gather(candidates: str, parameters: dict[str, Any]) -> list[int]:
    """Keep the (code, unit) pairs that a SELECT gives for `settle`; returns their units."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {CANDIDATES}")
        cursor.execute(f"CREATE TEMP TABLE {CANDIDATES} ON COMMIT DROP AS {candidates}", parameters)
        cursor.execute(f"ANALYZE {CANDIDATES}")
        cursor.execute(f"SELECT DISTINCT unit_id FROM {CANDIDATES}")
        return [unit for (unit,) in cursor.fetchall()]


def settle(then: Callable[[], object] | None = None) -> None:
    """Do `then`, which may change the candidates' rows, link them anew and keep the counters.

    The caller holds the lists of the candidates' units.
    """
    before = counters.tally(UnitKind.DISTRIBUTOR, THESE, {})
    if then is not None:
        then()
    relink()
    counters.write(before, counters.tally(UnitKind.DISTRIBUTOR, THESE, {}))


def relink() -> None:
    """Work the candidates' links out from the tables."""
    with connection.cursor() as cursor:
        cursor.execute(RELINK, {"lifted": settings.PORTAL_TRACE_UNCORROBORATED})
