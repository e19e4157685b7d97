"""国产药追溯码信息: its rules against the database, and how its rows are stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection

from tracing.ingest.stores.target import (
    Counts,
    Found,
    Parameters,
    RowFault,
    Target,
    row_faults,
)
from tracing.models import Pack, staging_table
from tracing.records import RECORDS

RECORD = RECORDS["domestic-drug-codes"]
STAGED = staging_table(RECORD)

LEVEL_COLUMNS = ("lv1_trac_code", "lv2_trac_code", "lv3_trac_code")
LEVEL_WORDS = {"1": "小包装", **{str(level.value): str(level.label) for level in Pack.Level}}

TARGET = Target(
    table="tracing_tracecode",
    staged=STAGED,
    key={"code": "lv1_trac_code"},
    columns={
        "trac_codg_sn": "trac_codg_sn",
        "lv2_trac_code": "lv2_trac_code",
        "lv3_trac_code": "lv3_trac_code",
        "med_list_codg": "med_list_codg",
        "prod_code": "prod_code",
        "stoin_time": "stoin_time",
        "system": "system",
    },
    constants={"quantity": "1"},
)

# Staged smallest packs that the tables hold already: the unit's own, other units', and boxes.
KNOWN_PACKS = f"""
    SELECT count(*) FILTER (WHERE t.unit_id = %(unit)s),
           count(*) FILTER (WHERE t.unit_id <> %(unit)s),
           (SELECT count(*) FROM {STAGED} s JOIN tracing_pack p ON p.code = s.lv1_trac_code
            WHERE s.submission_id = %(submission)s)
    FROM {STAGED} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s"""

# A smallest pack that another unit owns, or that is known as a box.
CODE_TAKEN = f"""
    SELECT s.row, 'lv1_trac_code', 'owned_by_other', ARRAY[s.lv1_trac_code::text]
    FROM {STAGED} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND t.unit_id <> %(unit)s
    UNION ALL
    SELECT s.row, 'lv1_trac_code',
           CASE WHEN p.unit_id <> %(unit)s THEN 'owned_by_other' ELSE 'box_level_differs' END,
           CASE WHEN p.unit_id <> %(unit)s THEN ARRAY[p.code::text]
                ELSE ARRAY[p.code::text, p.level::text, '1'] END
    FROM {STAGED} s JOIN tracing_pack p ON p.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s"""

# Rules about boxes look at each box once, not at each pack in it.
BOXES = f"""
    CREATE TEMPORARY TABLE staged_box ON COMMIT DROP AS
    SELECT lv2_trac_code AS code, 2 AS level, lv3_trac_code AS parent FROM {STAGED}
    WHERE submission_id = %(submission)s AND lv2_trac_code IS NOT NULL
    GROUP BY lv2_trac_code, lv3_trac_code
    UNION ALL
    SELECT lv3_trac_code, 3, NULL FROM {STAGED}
    WHERE submission_id = %(submission)s AND lv3_trac_code IS NOT NULL
    GROUP BY lv3_trac_code"""

# A box that another unit owns, or that is known at another level.
BOX_TAKEN = f"""
    SELECT s.row, b.column_name, b.fault, b.detail
    FROM (SELECT box.code,
                 CASE box.level WHEN 2 THEN 'lv2_trac_code' ELSE 'lv3_trac_code' END
                     AS column_name,
                 CASE WHEN known.unit_id <> %(unit)s THEN 'owned_by_other'
                      ELSE 'box_level_differs' END AS fault,
                 CASE WHEN known.unit_id <> %(unit)s THEN ARRAY[box.code::text]
                      ELSE ARRAY[box.code::text, known.level::text, box.level::text] END AS detail
          FROM (SELECT DISTINCT code, level FROM staged_box) box
          JOIN (SELECT p.code, p.unit_id, p.level
                FROM tracing_pack p JOIN staged_box USING (code)
                UNION
                SELECT t.code, t.unit_id, 1
                FROM tracing_tracecode t JOIN staged_box USING (code)) known USING (code)
          WHERE known.unit_id <> %(unit)s OR known.level <> box.level) b
    JOIN {STAGED} s ON b.code = CASE b.column_name WHEN 'lv2_trac_code' THEN s.lv2_trac_code
                                                   ELSE s.lv3_trac_code END
    WHERE s.submission_id = %(submission)s"""

# A middle box that lies in another large box, while packs stay in it that this upload does
# not carry: the box would be in two places at once.
BOX_MOVED = f"""
    SELECT s.row, 'lv3_trac_code', 'box_in_other_box',
           ARRAY[coalesce(s.lv3_trac_code, ''), b.code::text, coalesce(b.parent, '')]
    FROM (SELECT p.code, p.parent
          FROM staged_box box JOIN tracing_pack p USING (code)
          WHERE box.level = 2 AND p.unit_id = %(unit)s AND p.parent IS DISTINCT FROM box.parent
            AND EXISTS (
                SELECT 1 FROM tracing_tracecode t
                WHERE t.lv2_trac_code = box.code AND t.voided_at IS NULL
                  AND t.lv3_trac_code IS DISTINCT FROM box.parent
                  AND NOT EXISTS (
                      SELECT 1 FROM {STAGED} same
                      WHERE same.submission_id = %(submission)s
                        AND same.lv1_trac_code = t.code))) b
    JOIN {STAGED} s ON s.lv2_trac_code = b.code
    WHERE s.submission_id = %(submission)s"""

# Looked up once per batch and mapping, of which a file of 100,000 rows has a few.
MAPPINGS = f"""
    SELECT m.trac_codg_sn, m.med_list_codg, m.prod_code,
           b.unit_id IS NOT NULL, b.med_list_codg, b.prod_code
    FROM (SELECT trac_codg_sn, med_list_codg, prod_code FROM {STAGED}
          WHERE submission_id = %(submission)s
          GROUP BY trac_codg_sn, med_list_codg, prod_code) m
    LEFT JOIN tracing_drugbatch b ON b.unit_id = %(unit)s
         AND b.trac_codg_sn = m.trac_codg_sn AND b.voided_at IS NULL"""

ROWS_OF_MAPPING = f"""
    SELECT row FROM {STAGED}
    WHERE submission_id = %(submission)s AND trac_codg_sn = %(batch)s
      AND med_list_codg = %(med_list)s AND prod_code = %(product)s"""

# Rows of different rounds of one submission; within one file the record's own check finds them.
SAME_CODE_TWICE = f"""
    SELECT s.row, 'lv1_trac_code', 'duplicate_in_submission',
           ARRAY[lv1_trac_code::text, first.row::text]
    FROM {STAGED} s JOIN (
        SELECT lv1_trac_code, min(row) AS row FROM {STAGED}
        WHERE submission_id = %(submission)s
        GROUP BY lv1_trac_code HAVING count(*) > 1) first USING (lv1_trac_code)
    WHERE s.submission_id = %(submission)s AND s.row <> first.row"""

STORED_BY_THIS_SUBMISSION = f"""
    SELECT s.row, 'lv1_trac_code', 'duplicate_stored', ARRAY[s.lv1_trac_code::text]
    FROM {STAGED} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND NOT s.again
      AND t.submission_id = %(submission)s AND t.voided_at IS NULL"""

STORE_BOXES = """
    INSERT INTO tracing_pack (code, unit_id, level, parent, uploaded_at, submission_id)
    SELECT code, %(unit)s, level, parent, %(now)s, %(submission)s
    FROM staged_box ORDER BY code
    ON CONFLICT (code) DO UPDATE
    SET parent = EXCLUDED.parent, submission_id = EXCLUDED.submission_id
    WHERE tracing_pack.unit_id = EXCLUDED.unit_id AND tracing_pack.level = EXCLUDED.level
      AND tracing_pack.parent IS DISTINCT FROM EXCLUDED.parent"""


def codes(values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
    """Every code of the rows, at all levels."""
    return chain(*(values[name] for name in LEVEL_COLUMNS))


def find_faults(
    submission: uuid.UUID, unit: int, *, rounds: int, stored_rounds: int, codes_unchanged: bool
) -> Found:
    """What the database says of the staged rows: faults and warnings."""
    parameters: Parameters = {"submission": submission, "unit": unit}
    statements: list[str] = []
    known: int | None = None
    if not codes_unchanged:
        with connection.cursor() as cursor:
            cursor.execute(KNOWN_PACKS, parameters)
            known, of_others, boxes = cursor.fetchone()
        if of_others or boxes:
            statements.append(CODE_TAKEN)
        _gather_boxes(submission)
        statements += [BOX_TAKEN, BOX_MOVED]
    if rounds > 1:
        statements.append(SAME_CODE_TWICE)
    if stored_rounds:
        statements.append(STORED_BY_THIS_SUBMISSION)
    faults = [_in_words(fault) for rule in statements for fault in row_faults(rule, parameters)]
    return Found([*_against_batches(submission, unit), *faults], known)


def _against_batches(submission: uuid.UUID, unit: int) -> list[RowFault]:
    """Rows whose batch is not there yet, or says something else."""
    found: list[RowFault] = []
    with connection.cursor() as cursor:
        cursor.execute(MAPPINGS, {"submission": submission, "unit": unit})
        for batch, med_list, product, known, batch_med_list, batch_product in cursor.fetchall():
            problems = [
                ("trac_codg_sn", "batch_unknown", (batch,), not known),
                (
                    "med_list_codg",
                    "med_list_differs",
                    (med_list, batch_med_list),
                    known and med_list != batch_med_list,
                ),
                (
                    "prod_code",
                    "prod_code_differs",
                    (product, batch_product),
                    known and product != batch_product,
                ),
            ]
            if not any(wrong for *_, wrong in problems):
                continue
            cursor.execute(
                ROWS_OF_MAPPING,
                {
                    "submission": submission,
                    "batch": batch,
                    "med_list": med_list,
                    "product": product,
                },
            )
            found += [
                RowFault(row, column, code, detail)
                for (row,) in cursor.fetchall()
                for column, code, detail, wrong in problems
                if wrong
            ]
    return found


def _in_words(fault: RowFault) -> RowFault:
    """Pack levels as people name them."""
    if fault.code != "box_level_differs":
        return fault
    code, level, used = fault.detail
    return fault._replace(detail=(code, LEVEL_WORDS[level], LEVEL_WORDS[used]))


def _gather_boxes(submission: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_box")
        cursor.execute(BOXES, {"submission": submission})


def store(submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
    """Upsert codes and their boxes."""
    _gather_boxes(submission)
    with connection.cursor() as cursor:
        cursor.execute(STORE_BOXES, {"submission": submission, "unit": unit, "now": now})
    return TARGET.store(submission, unit, now, none_known=none_known)
