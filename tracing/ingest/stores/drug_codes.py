"""国产药追溯码信息: its rules against the database, and how its rows are stored."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from tracing.ingest.locks import Lock
from tracing.ingest.stores.target import Counts, RowFault, Target, row_faults
from tracing.models import Pack, staging_table
from tracing.records import RECORDS

RECORD = RECORDS["domestic-drug-codes"]
STAGED = staging_table(RECORD)

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

# The same code as a smallest pack and as a box, or two boxes of two units, would sit in two
# tables that share no unique constraint. Confirmations whose codes share a product prefix
# therefore run one after the other. The bucket depends on the code alone, so equal codes
# always meet; the number of buckets bounds the locks of one transaction.
BUCKETS = 256

LOCKS = f"""
    SELECT pg_advisory_xact_lock({Lock.CODE_BUCKET.value}, bucket) FROM (
        SELECT DISTINCT mod(abs(hashtext(
                   CASE WHEN length(code) = 20 THEN left(code, 7) ELSE left(code, 18) END
               )::bigint), {BUCKETS})::int AS bucket
        FROM (SELECT lv1_trac_code AS code FROM {STAGED} WHERE submission_id = %(submission)s
              UNION ALL
              SELECT DISTINCT lv2_trac_code FROM {STAGED}
              WHERE submission_id = %(submission)s AND lv2_trac_code IS NOT NULL
              UNION ALL
              SELECT DISTINCT lv3_trac_code FROM {STAGED}
              WHERE submission_id = %(submission)s AND lv3_trac_code IS NOT NULL) codes
        ORDER BY bucket) buckets"""

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


def _box_taken(column: str, level: int) -> str:
    """A box that another unit owns, or that is known at another level."""
    return f"""
    SELECT s.row, '{column}', b.fault, b.detail
    FROM (SELECT code,
                 CASE WHEN owner <> %(unit)s THEN 'owned_by_other'
                      ELSE 'box_level_differs' END AS fault,
                 CASE WHEN owner <> %(unit)s THEN ARRAY[code::text]
                      ELSE ARRAY[code::text, known::text, '{level}'] END AS detail
          FROM (SELECT DISTINCT {column} AS code FROM {STAGED}
                WHERE submission_id = %(submission)s AND {column} IS NOT NULL) boxes
          JOIN LATERAL (
                SELECT p.unit_id AS owner, p.level AS known FROM tracing_pack p
                WHERE p.code = boxes.code
                UNION ALL
                SELECT t.unit_id, 1 FROM tracing_tracecode t WHERE t.code = boxes.code
          ) taken ON owner <> %(unit)s OR known <> {level}) b
    JOIN {STAGED} s ON s.{column} = b.code
    WHERE s.submission_id = %(submission)s"""


# A middle box that lies in another large box, while packs stay in it that this upload does
# not carry: the box would be in two places at once.
BOX_MOVED = f"""
    SELECT s.row, 'lv3_trac_code', 'box_in_other_box',
           ARRAY[coalesce(s.lv3_trac_code, ''), b.code::text, coalesce(b.parent, '')]
    FROM (SELECT p.code, p.parent, staged.box
          FROM (SELECT DISTINCT lv2_trac_code AS code, lv3_trac_code AS box FROM {STAGED}
                WHERE submission_id = %(submission)s AND lv2_trac_code IS NOT NULL) staged
          JOIN tracing_pack p ON p.code = staged.code
          WHERE p.unit_id = %(unit)s AND p.parent IS DISTINCT FROM staged.box
            AND EXISTS (
                SELECT 1 FROM tracing_tracecode t
                WHERE t.lv2_trac_code = staged.code AND t.voided_at IS NULL
                  AND t.lv3_trac_code IS DISTINCT FROM staged.box
                  AND NOT EXISTS (
                      SELECT 1 FROM {STAGED} same
                      WHERE same.submission_id = %(submission)s
                        AND same.lv1_trac_code = t.code))) b
    JOIN {STAGED} s ON s.lv2_trac_code = b.code
    WHERE s.submission_id = %(submission)s"""

BATCH = f"""
    SELECT s.row, fault.column_name, fault.code, fault.detail
    FROM {STAGED} s
    LEFT JOIN tracing_drugbatch b ON b.unit_id = %(unit)s
         AND b.trac_codg_sn = s.trac_codg_sn AND b.voided_at IS NULL
    JOIN LATERAL (VALUES
        ('trac_codg_sn', 'batch_unknown', ARRAY[s.trac_codg_sn::text], b.unit_id IS NULL),
        ('med_list_codg', 'med_list_differs',
         ARRAY[s.med_list_codg::text, b.med_list_codg::text],
         b.med_list_codg <> s.med_list_codg),
        ('prod_code', 'prod_code_differs', ARRAY[s.prod_code::text, b.prod_code::text],
         b.prod_code <> s.prod_code)
    ) fault(column_name, code, detail, found) ON fault.found
    WHERE s.submission_id = %(submission)s"""

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

BOXES = f"""
    INSERT INTO tracing_pack (code, unit_id, level, parent, uploaded_at, submission_id)
    SELECT code, %(unit)s, level, parent, %(now)s, %(submission)s
    FROM (SELECT DISTINCT lv2_trac_code AS code, 2 AS level, lv3_trac_code AS parent
          FROM {STAGED} WHERE submission_id = %(submission)s AND lv2_trac_code IS NOT NULL
          UNION ALL
          SELECT DISTINCT lv3_trac_code, 3, NULL FROM {STAGED}
          WHERE submission_id = %(submission)s AND lv3_trac_code IS NOT NULL) boxes
    ORDER BY code
    ON CONFLICT (code) DO UPDATE
    SET parent = EXCLUDED.parent, submission_id = EXCLUDED.submission_id
    WHERE tracing_pack.unit_id = EXCLUDED.unit_id AND tracing_pack.level = EXCLUDED.level
      AND tracing_pack.parent IS DISTINCT FROM EXCLUDED.parent"""


def rules(*, rounds: int, stored_rounds: int) -> list[str]:
    """The set-based rules, one query each; those about rounds only where there are several."""
    statements = [
        CODE_TAKEN,
        _box_taken("lv2_trac_code", 2),
        _box_taken("lv3_trac_code", 3),
        BOX_MOVED,
        BATCH,
    ]
    if rounds > 1:
        statements.append(SAME_CODE_TWICE)
    if stored_rounds:
        statements.append(STORED_BY_THIS_SUBMISSION)
    return statements


def lock(submission: uuid.UUID) -> None:
    """Wait for every confirmation that could hold one of these codes."""
    with connection.cursor() as cursor:
        cursor.execute(LOCKS, {"submission": submission})


def find_faults(
    submission: uuid.UUID, unit: int, *, rounds: int, stored_rounds: int
) -> list[RowFault]:
    """What the database says of the staged rows: faults and warnings."""
    parameters = {"submission": submission, "unit": unit}
    return [
        _in_words(fault)
        for rule in rules(rounds=rounds, stored_rounds=stored_rounds)
        for fault in row_faults(rule, parameters)
    ]


def _in_words(fault: RowFault) -> RowFault:
    """Pack levels as people name them."""
    if fault.code != "box_level_differs":
        return fault
    code, known, used = fault.detail
    return fault._replace(detail=(code, LEVEL_WORDS[known], LEVEL_WORDS[used]))


def store(submission: uuid.UUID, unit: int, now: datetime) -> Counts:
    """Upsert codes and their boxes."""
    with connection.cursor() as cursor:
        cursor.execute(BOXES, {"submission": submission, "unit": unit, "now": now})
    return TARGET.store(submission, unit, now)
