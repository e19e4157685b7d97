"""To which batch a code belongs that a unit uploaded without owning it.

The unit learns its maker's batch when it is in the chain of the code
(`tracing.stores.membership`): until then the link stays empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from accounts.core.kinds import CodeList
from tracing.stores import counted_tables, counters, membership
from tracing.stores.lookups import PLACE, looked_up

CANDIDATES = "derived_candidate"

MADE, MADE_IN_MIDDLE, MADE_IN_LARGE = (
    looked_up("tracing_tracecode", "made", key=key)
    for key in ("code", "lv2_trac_code", "lv3_trac_code")
)
# A box of several batches belongs to none of them.
KNOWN, BATCH = "derived_known", "derived_batch"
WHO_KNOWS = f"""
    WITH placed AS (
        SELECT c.code, p.owner, p.middle, p.large
        FROM (SELECT DISTINCT code FROM {CANDIDATES}) c CROSS JOIN {PLACE}),
    {membership.chain("%(lifted)s")}
    SELECT c.code, c.unit_id
    FROM {CANDIDATES} c JOIN accounts_unit u ON u.id = c.unit_id
    JOIN chain ON chain.code = c.code AND u.uscc = ANY(chain.members)"""
BATCHES = f"""
    WITH made AS MATERIALIZED (SELECT DISTINCT code FROM {KNOWN}),
    packs AS (
        SELECT t.code, t.unit_id AS owner_id, t.trac_codg_sn
        FROM {MADE} t WHERE t.voided_at IS NULL
        UNION ALL
        SELECT t.lv2_trac_code, t.unit_id, t.trac_codg_sn
        FROM {MADE_IN_MIDDLE} t WHERE t.voided_at IS NULL
        UNION ALL
        SELECT t.lv3_trac_code, t.unit_id, t.trac_codg_sn
        FROM {MADE_IN_LARGE} t WHERE t.voided_at IS NULL)
    SELECT code, min(owner_id) AS owner_id, min(trac_codg_sn) AS trac_codg_sn
    FROM packs GROUP BY code HAVING count(DISTINCT (owner_id, trac_codg_sn)) = 1"""
RELINK = f"""
    UPDATE tracing_unitcode k SET owner_id = b.owner_id, trac_codg_sn = b.trac_codg_sn
    FROM {CANDIDATES} c LEFT JOIN ({KNOWN} JOIN {BATCH} USING (code)) b USING (code, unit_id)
    WHERE k.code = c.code AND k.unit_id = c.unit_id
      AND ROW(k.owner_id, k.trac_codg_sn) IS DISTINCT FROM ROW(b.owner_id, b.trac_codg_sn)"""


def gather(candidates: str, parameters: dict[str, Any]) -> list[int]:
    """Keep the (code, unit) pairs that a SELECT gives for `settle`; returns their units."""
    pairs = f"SELECT DISTINCT * FROM ({candidates}) k (code, unit_id)"
    counted_tables.make(CANDIDATES, pairs, parameters)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT unit_id FROM {CANDIDATES}")
        return [unit for (unit,) in cursor.fetchall()]


def settle(then: Callable[[], object] | None = None) -> None:
    """Do `then`, which may change the candidates' rows, link them anew and keep the counters.

    The caller holds the lists of the candidates' units.
    """
    before = counters.tally(CodeList.UPLOADED, CANDIDATES)
    if then is not None:
        then()
    relink()
    counters.write(before, counters.tally(CodeList.UPLOADED, CANDIDATES))


def relink() -> None:
    """Work the candidates' links out from the tables."""
    counted_tables.make(KNOWN, WHO_KNOWS, {"lifted": membership.lifted()})
    counted_tables.make(BATCH, BATCHES, {})
    with connection.cursor() as cursor:
        cursor.execute(RELINK)
