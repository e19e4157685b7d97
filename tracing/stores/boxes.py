"""The boxes of staged codes: who owns them, at which level they stand, where they lie.

Rules look at each box once, not at each pack in it. A box that holds no live pack beside those
that the upload carries is free to take another level or another place.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tracing.records.base import Record
from tracing.stores import box_counts, counted_tables
from tracing.stores.lookups import rows_by
from tracing.stores.models_codes import Pack
from tracing.stores.row_faults import Parameters, RowFault
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import CORRECTED, FREE

LEVEL_WORDS = {"1": "小包装", **{str(level.value): str(level.label) for level in Pack.Level}}

BOXES_TABLE = box_counts.BOXES_TABLE


def _gathered(product: str) -> str:
    """A box stands here once per box that it is said to lie in: with the first of its rows, batch
    and product of one of its packs, and how many staged packs lie in it and in no box between.
    """
    return f"""
    SELECT lv2_trac_code AS code, 2 AS level, lv3_trac_code AS parent,
           min(row) AS row, min(trac_codg_sn) AS batch, min({product}) AS prod_code,
           count(*) AS packs
    FROM {STAGED_COPY}
    WHERE submission_id = %(submission)s AND lv2_trac_code IS NOT NULL
    GROUP BY lv2_trac_code, lv3_trac_code
    UNION ALL
    SELECT lv3_trac_code, 3, NULL, min(row), min(trac_codg_sn), min({product}),
           count(*) - count(lv2_trac_code)
    FROM {STAGED_COPY}
    WHERE submission_id = %(submission)s AND lv3_trac_code IS NOT NULL
    GROUP BY lv3_trac_code"""


@dataclass(frozen=True)
class BoxRule:
    """A rule that faults the rows of `boxes`, a query of code and what `detail` needs.

    The boxes at fault, mostly none, are gathered and counted before their rows are looked for: how
    many there are would otherwise be guessed from tables that others fill. `columns` are those of
    the rows where the code stands, each with the level that it means there, if `boxes` says one;
    the fault is shown at `shown`, or where the code stands.
    """

    boxes: str
    fault: str
    detail: str
    columns: tuple[tuple[str, int | None], ...]
    shown: str = ""

    def rows(self, table: str) -> str:
        """The rule over boxes that were gathered. A join per column, because a condition that
        chose the column could not be hashed."""
        return " UNION ALL ".join(
            f"""
            SELECT s.row, '{self.shown or column}', '{self.fault}', {self.detail}
            FROM {table} b JOIN {STAGED_COPY} s ON s.{column} = b.code
            WHERE s.submission_id = %(submission)s
            {"" if level is None else f"AND b.level = {level}"}"""
            for column, level in self.columns
        )


WHERE_BOXES_STAND = (("lv2_trac_code", 2), ("lv3_trac_code", 3))

_KNOWN_BOX = f"staged_box box CROSS JOIN LATERAL {rows_by('tracing_pack', code='box.code')} p"
_KNOWN_PACK = f"staged_box box CROSS JOIN LATERAL {rows_by('tracing_tracecode', code='box.code')} t"
_AS_BOX = f"LATERAL {rows_by('tracing_pack', code='used.code')} p"
_IN_MIDDLE = f"LATERAL {rows_by('tracing_tracecode', lv2_trac_code='p.code')} t"
_IN_LARGE = f"LATERAL {rows_by('tracing_tracecode', lv3_trac_code='p.code')} t"

# A box that another unit owns, as a box or as a smallest pack.
BOX_TAKEN = BoxRule(
    f"""
    SELECT box.code, box.level FROM {_KNOWN_BOX} WHERE p.unit_id <> %(unit)s
    UNION
    SELECT box.code, box.level FROM {_KNOWN_PACK} WHERE t.unit_id <> %(unit)s AND NOT {FREE}""",
    "owned_by_other",
    "ARRAY[b.code::text]",
    WHERE_BOXES_STAND,
)

# A box that is a live smallest pack of the unit.
BOX_IS_PACK = BoxRule(
    f"""
    SELECT DISTINCT box.code, box.level FROM {_KNOWN_PACK}
    WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL""",
    "box_level_differs",
    "ARRAY[b.code::text, '1', b.level::text]",
    WHERE_BOXES_STAND,
)

STAYS = f"""t.voided_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM {STAGED_COPY} same
        WHERE same.submission_id = %(submission)s AND same.lv1_trac_code = t.code)"""


def _held(used: str) -> str:
    """The codes of `used` (code, level) that are boxes at another level, with packs that stay."""
    return f"""
        SELECT used.code, used.level, p.level AS known
        FROM ({used}) used CROSS JOIN {_AS_BOX} CROSS JOIN {_IN_MIDDLE}
        WHERE p.unit_id = %(unit)s AND p.level = 2 AND used.level <> 2 AND {STAYS}
        UNION
        SELECT used.code, used.level, p.level
        FROM ({used}) used CROSS JOIN {_AS_BOX} CROSS JOIN {_IN_LARGE}
        WHERE p.unit_id = %(unit)s AND p.level = 3 AND used.level <> 3 AND {STAYS}"""


BOX_LEVEL = BoxRule(
    _held("SELECT DISTINCT code, level FROM staged_box"),
    "box_level_differs",
    "ARRAY[b.code::text, b.known::text, b.level::text]",
    WHERE_BOXES_STAND,
)

STAGED_PACKS = f"""
    SELECT lv1_trac_code AS code, 1 AS level FROM {STAGED_COPY}"""

PACK_IS_BOX = BoxRule(
    _held(STAGED_PACKS),
    "box_level_differs",
    "ARRAY[b.code::text, b.known::text, '1']",
    (("lv1_trac_code", None),),
)

# A middle box that lies in another large box, while packs stay in it: it would be in two places.
BOX_MOVED = BoxRule(
    f"""
    SELECT DISTINCT p.code, p.parent
    FROM {_KNOWN_BOX} CROSS JOIN {_IN_MIDDLE}
    WHERE box.level = 2 AND p.unit_id = %(unit)s AND p.parent IS DISTINCT FROM box.parent
      AND t.lv3_trac_code IS DISTINCT FROM box.parent AND {STAYS}""",
    "box_in_other_box",
    "ARRAY[coalesce(s.lv3_trac_code, ''), b.code::text, coalesce(b.parent, '')]",
    (("lv2_trac_code", None),),
    shown="lv3_trac_code",
)

# The next two find between rows of different rounds what the record's own rules find in one file.
BOX_IN_TWO_BOXES = f"""
    SELECT row, 'lv3_trac_code', 'box_in_two_boxes',
           ARRAY[coalesce(large, ''), middle::text, coalesce(first_large, ''), first::text]
    FROM (SELECT s.row, s.lv2_trac_code AS middle, s.lv3_trac_code AS large,
                 first_value(s.lv3_trac_code) OVER earliest AS first_large,
                 first_value(s.row) OVER earliest AS first
          FROM {STAGED_COPY} s
          JOIN (SELECT code FROM staged_box WHERE level = 2
                GROUP BY code HAVING count(*) > 1) twice ON twice.code = s.lv2_trac_code
          WHERE s.submission_id = %(submission)s
          WINDOW earliest AS (PARTITION BY s.lv2_trac_code ORDER BY {CORRECTED}, s.row)) same
    WHERE large IS DISTINCT FROM first_large"""

CODE_AT_TWO_LEVELS = f"""
    SELECT row, name, 'code_at_two_levels', ARRAY[code::text, first_name, first::text]
    FROM (SELECT s.row, used.name, used.code,
                 first_value(used.name) OVER earliest AS first_name,
                 first_value(s.row) OVER earliest AS first
          FROM {STAGED_COPY} s
          CROSS JOIN LATERAL (VALUES ('lv1_trac_code', s.lv1_trac_code),
                                     ('lv2_trac_code', s.lv2_trac_code),
                                     ('lv3_trac_code', s.lv3_trac_code)) used(name, code)
          JOIN (SELECT code FROM staged_box GROUP BY code HAVING count(DISTINCT level) > 1
                UNION
                SELECT code FROM staged_box JOIN ({STAGED_PACKS}) pack USING (code)) twice
               ON twice.code = used.code
          WHERE s.submission_id = %(submission)s
          WINDOW earliest AS (PARTITION BY used.code ORDER BY {CORRECTED}, s.row)) same
    WHERE name <> first_name"""

# A box that takes another level: what lay in it lies there no more.
EMPTY_CHANGED = """
    UPDATE tracing_pack inner_box SET parent = NULL
    FROM tracing_pack p JOIN staged_box box USING (code)
    WHERE p.level <> box.level AND inner_box.parent = p.code"""

# A box that becomes a smallest pack.
FORGET_BOXES = f"""
    WITH gone AS (
        DELETE FROM tracing_pack p USING {STAGED_COPY} s
        WHERE s.submission_id = %(submission)s AND p.code = s.lv1_trac_code
          AND p.unit_id = %(unit)s
        RETURNING p.code)
    UPDATE tracing_pack SET parent = NULL WHERE parent IN (SELECT code FROM gone)"""

STORE = """
    INSERT INTO tracing_pack (code, unit_id, level, parent, uploaded_at, submission_id)
    SELECT code, %(unit)s, level, parent, %(now)s, %(submission)s
    FROM staged_box ORDER BY code
    ON CONFLICT (code) DO UPDATE
    SET level = EXCLUDED.level, parent = EXCLUDED.parent, submission_id = EXCLUDED.submission_id
    WHERE tracing_pack.unit_id = EXCLUDED.unit_id
      AND (tracing_pack.level, tracing_pack.parent)
          IS DISTINCT FROM (EXCLUDED.level, EXCLUDED.parent)"""


def rules(
    submission: uuid.UUID, unit: int, *, product: str, packs_are_boxes: bool, rounds: int
) -> list[str]:
    """The rules about boxes that fault a row, and the boxes of the staged rows gathered for them.
    They need a look.

    `product` is the column that names the product; `packs_are_boxes` says that some staged smallest
    packs are known as boxes.
    """
    parameters: Parameters = {"submission": submission, "unit": unit}
    counted_tables.make(BOXES_TABLE, _gathered(product), parameters)
    chosen = [BOX_TAKEN, BOX_IS_PACK, BOX_LEVEL, BOX_MOVED]
    if packs_are_boxes:
        chosen.append(PACK_IS_BOX)
    statements: list[str] = []
    for number, rule in enumerate(chosen):
        table = f"staged_box_at_fault_{number}"
        if counted_tables.make(table, rule.boxes, parameters):
            statements.append(rule.rows(table))
    if rounds > 1:
        statements += [BOX_IN_TWO_BOXES, CODE_AT_TWO_LEVELS]
    return statements


def in_words(fault: RowFault, record: Record) -> RowFault:
    """Pack levels and columns as people name them."""
    if fault.code == "box_level_differs":
        code, known, used = fault.detail
        return fault._replace(detail=(code, LEVEL_WORDS[known], LEVEL_WORDS[used]))
    if fault.code == "box_count_differs":
        code, count, held, level, usual = fault.detail
        return fault._replace(detail=(code, count, LEVEL_WORDS[held], LEVEL_WORDS[level], usual))
    if fault.code == "prefix_of_other_level":
        code, prefix, known, used = fault.detail
        return fault._replace(detail=(code, prefix, LEVEL_WORDS[known], LEVEL_WORDS[used]))
    if fault.code == "code_at_two_levels":
        code, column, row = fault.detail
        return fault._replace(detail=(code, record.column(column).label, row))
    return fault


def store(
    submission: uuid.UUID, unit: int, now: datetime, *, product: str, none_known: bool
) -> None:
    """Upsert the boxes. `none_known`: no staged smallest pack is known at any level."""
    parameters: Parameters = {"submission": submission, "unit": unit, "now": now}
    counted_tables.make(BOXES_TABLE, _gathered(product), parameters)
    with connection.cursor() as cursor:
        if not none_known:
            cursor.execute(FORGET_BOXES, parameters)
        cursor.execute(EMPTY_CHANGED, parameters)
        cursor.execute(STORE, parameters)
