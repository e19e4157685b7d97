"""How many lie in the boxes of an upload: most boxes of a batch hold alike, and one that does not
may have been scanned wrong.

A box may be filled by several files, so what is stored in it counts too, but is looked for only
where the file alone does not make up the usual number. Rows that fail are missing from their boxes,
so less than usual is remarked only where no row between the first and the last is missing.
"""

from __future__ import annotations

from tracing.stores import counted_tables
from tracing.stores.lookups import rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY

# The boxes of staged codes, gathered by `tracing.stores.boxes`.
BOXES_TABLE = "staged_box"
UNUSUAL = "staged_box_unusual"

# The boxes that hold another number than at least half of the boxes of their batch and level, and
# than more than one.
_UNUSUAL = f"""
    WITH held AS (
        SELECT code, level, row, batch, packs AS holds, 1 AS inner_level
        FROM {BOXES_TABLE} WHERE level = 2
        UNION ALL
        SELECT b.code, 3, b.row, b.batch, coalesce(m.boxes, b.packs),
               CASE WHEN m.boxes IS NULL THEN 1 ELSE 2 END
        FROM {BOXES_TABLE} b
        LEFT JOIN (SELECT parent, count(*) AS boxes FROM {BOXES_TABLE}
                   WHERE level = 2 GROUP BY parent) m ON m.parent = b.code
        WHERE b.level = 3),
    usual AS (
        SELECT DISTINCT ON (batch, level) batch, level, holds FROM (
            SELECT batch, level, holds, count(*) AS boxes,
                   sum(count(*)) OVER (PARTITION BY batch, level) AS of_all
            FROM held GROUP BY batch, level, holds) h
        WHERE boxes > 1 AND 2 * boxes >= of_all
        ORDER BY batch, level, boxes DESC, holds DESC)
    SELECT h.code, h.level, h.row, h.holds, h.inner_level, u.holds AS usual
    FROM held h JOIN usual u USING (batch, level)
    WHERE h.holds > u.holds
       OR h.holds < u.holds AND (SELECT count(*) > max(row) - min(row) FROM {STAGED_COPY})"""

# With what is stored in them beside the staged rows.
_STORED = f"""
    SELECT d.code, count(*) AS holds
    FROM {UNUSUAL} d
    CROSS JOIN LATERAL {rows_by("tracing_tracecode", lv2_trac_code="d.code")} t
    LEFT JOIN {STAGED_COPY} s ON s.lv1_trac_code = t.code
    WHERE d.level = 2 AND t.unit_id = %(unit)s AND t.voided_at IS NULL AND s.row IS NULL
    GROUP BY d.code
    UNION ALL
    SELECT d.code, count(*)
    FROM {UNUSUAL} d JOIN tracing_pack p ON p.parent = d.code
    LEFT JOIN {BOXES_TABLE} b ON b.code = p.code
    WHERE d.level = 3 AND p.unit_id = %(unit)s AND b.row IS NULL
    GROUP BY d.code"""

COUNT_DIFFERS = f"""
    SELECT d.row, 'lv' || d.level || '_trac_code', 'box_count_differs',
           ARRAY[d.code::text, (d.holds + coalesce(t.holds, 0))::text, d.inner_level::text,
                 d.level::text, d.usual::text]
    FROM {UNUSUAL} d LEFT JOIN ({_STORED}) t USING (code)
    WHERE d.holds + coalesce(t.holds, 0) <> d.usual"""


def rules(parameters: Parameters) -> list[str]:
    """The rule, if any box is worth a look. The boxes of the staged codes were gathered."""
    return [COUNT_DIFFERS] if counted_tables.make(UNUSUAL, _UNUSUAL, parameters) else []
