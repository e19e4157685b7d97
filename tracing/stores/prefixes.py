"""药品标识码: each product and pack level has seven digits of its own, which begin its codes.

What a unit stored says what a prefix stands for. It is kept by the transaction that stores codes,
with one code that says so; when that code is voided, moved or corrected, the prefix is no longer
known for it.
"""

from __future__ import annotations

from django.db import connection

from tracing.records.shapes import KEPT_LEVELS
from tracing.records.trace_codes import KIND_LENGTH, PLAIN, System
from tracing.stores import counted_tables
from tracing.stores.box_counts import BOXES_TABLE
from tracing.stores.lookups import rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY

STAGED, KNOWN = "staged_prefix", "known_prefix"
_PREFIX = f"left(code, {KIND_LENGTH})"
# As `trace_codes.is_plain` says, of few codes.
_PLAIN = f"code ~ '^{PLAIN.pattern}$'"


def _used(codes: str) -> str:
    return f"""
        SELECT {_PREFIX} AS prefix, level, prod_code, min(code) AS code, min(row) AS row
        FROM ({codes}) c WHERE length(code) = 20 GROUP BY {_PREFIX}, level, prod_code"""


_PACKS = f"""
    SELECT lv1_trac_code AS code, 1 AS level, prod_code, row FROM {STAGED_COPY}
    WHERE system = '{System.MSFX.value}'"""
_BOXES = f"SELECT code, level, prod_code, row FROM {BOXES_TABLE}"
# What the staged codes take prefixes for; a code of each says whether it is one of 码上放心.
_STAGED = f"""
    SELECT * FROM ({_used(_PACKS)} UNION ALL {_used(_BOXES)}) used WHERE {_PLAIN}"""

# One live pack that is the code, or lies in it: a box has one owner, and one of its packs tells.
_SAYS = " UNION ALL ".join(
    f"""(
        SELECT t.unit_id, t.prod_code
        FROM {rows_by("tracing_tracecode", **{column: "k.code"})} t
        WHERE k.level = {level} AND t.voided_at IS NULL LIMIT 1)"""
    for level, column in enumerate(KEPT_LEVELS, start=1)
)
# What they are known for: as long as the code that was kept with it stays as it is.
_KNOWN = f"""
    SELECT k.prefix, k.level, k.prod_code
    FROM (SELECT DISTINCT prefix FROM {STAGED}) p
    JOIN tracing_codeprefix k ON k.unit_id = %(unit)s AND k.prefix = p.prefix
    CROSS JOIN LATERAL ({_SAYS}) t
    LEFT JOIN {STAGED_COPY} s ON k.level = 1 AND s.lv1_trac_code = k.code
    WHERE t.unit_id = k.unit_id AND t.prod_code = k.prod_code AND s.row IS NULL"""

# The nearest that is known of a prefix: what it is used for, else the product, else anything.
OTHERWISE_KNOWN = f"""
    SELECT row, 'lv' || level || '_trac_code',
           CASE WHEN same THEN 'prefix_of_other_level' ELSE 'prefix_of_other_product' END,
           ARRAY[code::text, prefix::text]
           || CASE WHEN same THEN ARRAY[known_level::text, level::text]
                   ELSE ARRAY[known_prod_code::text, prod_code::text] END
    FROM (SELECT DISTINCT ON (s.prefix, s.level, s.prod_code) s.*, k.level AS known_level,
                 k.prod_code AS known_prod_code, k.prod_code = s.prod_code AS same
          FROM {STAGED} s JOIN {KNOWN} k USING (prefix)
          ORDER BY s.prefix, s.level, s.prod_code, k.prod_code = s.prod_code DESC,
                   k.level = s.level DESC, k.level, k.prod_code) nearest
    WHERE (known_level, known_prod_code) <> (level, prod_code)"""

STORE = f"""
    INSERT INTO tracing_codeprefix (unit_id, prefix, level, prod_code, code)
    SELECT %(unit)s, prefix, level, prod_code, code FROM {STAGED}
    ORDER BY prefix, level, prod_code
    ON CONFLICT (unit_id, prefix, level, prod_code) DO UPDATE SET code = EXCLUDED.code
    WHERE tracing_codeprefix.code <> EXCLUDED.code"""


def rules(parameters: Parameters) -> list[str]:
    """The rule, if anything is known of a prefix of the staged codes. Boxes were gathered."""
    counted_tables.make(STAGED, _STAGED, parameters)
    return [OTHERWISE_KNOWN] if counted_tables.make(KNOWN, _KNOWN, parameters) else []


def store(parameters: Parameters) -> None:
    """Keep what the staged codes take their prefixes for, after they and their boxes are stored."""
    counted_tables.make(STAGED, _STAGED, parameters)
    with connection.cursor() as cursor:
        cursor.execute(STORE, parameters)
