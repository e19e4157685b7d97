"""归属变更: staff move codes from the unit that uploaded them to the one whose they are.

A box moves with all it holds, and nothing leaves the box it lies in. What another unit said of the
codes, its events, stays its own; the batches stay with the unit that described them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import connection

from portal.lib.refused import Refusal, refusal, restored
from tracing.core.advisory_locks import take_unit_and_record
from tracing.records.bindings import traded_kinds
from tracing.stores import buckets
from tracing.stores.owners import owner_changes
from tracing.stores.target import ROWS_LEAVE
from tracing.stores.voiding import changed_with_codes

MOST_LISTED = 1_000
MOST_MOVED = 100_000
MOST_PROBLEMS = 1_000

MOVING = "ownership_moving"
THESE = f"SELECT code FROM {MOVING}"

# The codes listed, the boxes in them, and every smallest pack in any of these, voided ones too: a
# voided code is still its owner's, and nobody else could upload it. With their owners, in this one
# statement: read by another, a move that is committed in between would seem half done.
GATHER = f"""
    CREATE TEMPORARY TABLE {MOVING} ON COMMIT DROP AS
    WITH listed AS (SELECT DISTINCT unnest(%(codes)s::text[]) AS code),
    boxes AS (
        SELECT p.code, p.unit_id FROM tracing_pack p JOIN listed USING (code)
        UNION SELECT p.code, p.unit_id FROM tracing_pack p JOIN listed l ON p.parent = l.code
        UNION SELECT p.code, p.unit_id FROM listed l
              JOIN tracing_tracecode t ON t.lv3_trac_code = l.code AND t.voided_at IS NULL
              JOIN tracing_pack p ON p.code = t.lv2_trac_code)
    SELECT code, unit_id, true AS is_box FROM boxes
    UNION ALL
    SELECT code, unit_id, false FROM (
        SELECT t.code, t.unit_id FROM tracing_tracecode t JOIN listed USING (code)
        UNION SELECT t.code, t.unit_id
              FROM tracing_tracecode t JOIN boxes b ON t.lv2_trac_code = b.code
        UNION SELECT t.code, t.unit_id
              FROM tracing_tracecode t JOIN boxes b ON t.lv3_trac_code = b.code
    ) small"""

OWNERS = f"SELECT DISTINCT unit_id FROM {MOVING}"

COUNTS = f"""
    SELECT count(*) FILTER (WHERE is_box), count(*) FILTER (WHERE NOT is_box) FROM {MOVING}"""

BATCHES = f"""
    SELECT t.trac_codg_sn, count(*), bool_or(b.unit_id IS NOT NULL)
    FROM tracing_tracecode t
    LEFT JOIN tracing_drugbatch b ON b.unit_id = %(new)s
         AND b.trac_codg_sn = t.trac_codg_sn AND b.voided_at IS NULL
    WHERE t.code IN ({THESE}) AND t.voided_at IS NULL
    GROUP BY t.trac_codg_sn ORDER BY t.trac_codg_sn"""

# Rules. Each answers (追溯码, code of the refusal, its details as text[]).
UNKNOWN = f"""
    SELECT code, 'code_not_found', ARRAY[]::text[]
    FROM (SELECT DISTINCT unnest(%(codes)s::text[]) AS code) listed
    WHERE code NOT IN ({THESE})"""

HAVE_ANOTHER_OWNER = f"""
    SELECT code, CASE WHEN unit_id = %(new)s THEN 'owner_same' ELSE 'owner_differs' END,
           ARRAY[]::text[]
    FROM (SELECT DISTINCT code, unit_id FROM {MOVING}) owned
    WHERE unit_id <> %(old)s OR unit_id = %(new)s"""

# One line for each box that would be torn apart.
LIE_IN_A_BOX = f"""
    SELECT min(code), 'lies_in_box', ARRAY[box::text, count(DISTINCT code)::text]
    FROM (SELECT t.code, box FROM tracing_tracecode t
          CROSS JOIN LATERAL (VALUES (t.lv2_trac_code), (t.lv3_trac_code)) boxes (box)
          WHERE t.code IN ({THESE} WHERE NOT is_box) AND t.voided_at IS NULL
          UNION ALL
          SELECT p.code, p.parent FROM tracing_pack p
          WHERE p.code IN ({THESE} WHERE is_box)) inside
    WHERE box IS NOT NULL AND box NOT IN ({THESE} WHERE is_box)
    GROUP BY box"""

# A batch of the new owner that says something else of the same 流水号.
BATCH_DIFFERS = f"""
    SELECT min(t.code), 'batch_says_other', ARRAY[t.trac_codg_sn::text, count(*)::text]
    FROM tracing_tracecode t
    JOIN tracing_drugbatch b ON b.unit_id = %(new)s AND b.trac_codg_sn = t.trac_codg_sn
         AND b.voided_at IS NULL
    WHERE t.code IN ({THESE}) AND t.voided_at IS NULL
      AND (t.med_list_codg <> b.med_list_codg OR t.prod_code <> b.prod_code)
    GROUP BY t.trac_codg_sn"""

KEEP_IMAGES = f"""
    INSERT INTO tracing_rowhistory ("table", key, unit_id, cause, before, submission_id, at)
    SELECT 'tracing_tracecode', t.code, t.unit_id, 'moved', to_jsonb(t), %(move)s, %(now)s
    FROM tracing_tracecode t WHERE t.code IN ({THESE} WHERE NOT is_box)
    UNION ALL
    SELECT 'tracing_pack', p.code, p.unit_id, 'moved', to_jsonb(p), %(move)s, %(now)s
    FROM tracing_pack p WHERE p.code IN ({THESE} WHERE is_box)"""

LEAVE_SUBMISSIONS = f"""
    UPDATE tracing_submission s SET {ROWS_LEAVE}
    FROM (SELECT submission_id, count(*) AS rows FROM tracing_tracecode
          WHERE code IN ({THESE} WHERE NOT is_box) AND voided_at IS NULL
          GROUP BY submission_id) d
    WHERE s.id = d.submission_id"""

# No upload of the new owner wrote these rows, so they carry an id that is no submission's.
MOVE_CODES = f"""
    UPDATE tracing_tracecode SET unit_id = %(new)s, submission_id = %(move)s
    WHERE code IN ({THESE} WHERE NOT is_box) AND unit_id = %(old)s"""
MOVE_BOXES = f"""
    UPDATE tracing_pack SET unit_id = %(new)s, submission_id = %(move)s
    WHERE code IN ({THESE} WHERE is_box) AND unit_id = %(old)s"""

# While it owned them, the old owner's circulation put nothing into its list; now it would.
LIST_CIRCULATED = f"""
    INSERT INTO tracing_unitcode (code, unit_id, batch, uploaded_at, submission_id)
    SELECT e.code, %(old)s,
           (array_agg(e.details ->> 'manu_lotnum' ORDER BY e.uploaded_at DESC)
                FILTER (WHERE e.details ? 'manu_lotnum'))[1],
           min(e.uploaded_at),
           coalesce((array_agg(e.submission_id ORDER BY e.uploaded_at))[1], %(move)s)
    FROM tracing_traceevent e
    WHERE e.code IN ({THESE}) AND e.unit_id = %(old)s AND e.voided_at IS NULL
      AND e.kind = ANY(%(traded)s)
    GROUP BY e.code ORDER BY e.code
    ON CONFLICT (code, unit_id) DO UPDATE
    SET batch = coalesce(EXCLUDED.batch, tracing_unitcode.batch), voided_at = NULL,
        void_reason = NULL"""


class Batch(NamedTuple):
    """Live codes of a 流水号; `known`: the new owner has described the batch."""

    serial: str
    codes: int
    known: bool


class Plan(NamedTuple):
    """What a move would do. `owner` is the present owner, None where there is not exactly one.

    With `problems`, at most MOST_PROBLEMS of them, nothing can be moved.
    """

    owner: int | None
    packs: int
    boxes: int
    batches: list[Batch]
    problems: list[Refusal]

    @property
    def waiting(self) -> int:
        """How many codes will be 待匹配: the new owner has no such batch yet."""
        return sum(batch.codes for batch in self.batches if not batch.known)


def plan(codes: Sequence[str], new: int) -> Plan:
    """Work out what moving these codes to a unit would do; in a transaction of the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {MOVING}")
        cursor.execute(GATHER, {"codes": list(codes)})
        cursor.execute(f"ANALYZE {MOVING}")
        cursor.execute(OWNERS)
        owners = [unit for (unit,) in cursor]
        cursor.execute(COUNTS)
        boxes, packs = cursor.fetchone()
        others = [unit for unit in owners if unit != new]
        # With several owners the first is taken for the present one, and the others' are named.
        owner = min(others) if others else None
        parameters = {"codes": list(codes), "old": owner, "new": new}
        cursor.execute(BATCHES, parameters)
        batches = [Batch(*row) for row in cursor]
    problems = _problems(parameters, packs)
    return Plan(owner if len(owners) == 1 else None, packs, boxes, batches, problems)


def _problems(parameters: dict[str, Any], packs: int) -> list[Refusal]:
    found: list[Refusal] = []
    if packs > MOST_MOVED:
        found.append(refusal("too_many_codes", packs=str(packs), limit=str(MOST_MOVED)))
    with connection.cursor() as cursor:
        for rule in (UNKNOWN, HAVE_ANOTHER_OWNER, LIE_IN_A_BOX, BATCH_DIFFERS):
            cursor.execute(f"{rule} ORDER BY 1 LIMIT {MOST_PROBLEMS}", parameters)
            found += [restored(why, detail, place=code) for code, why, detail in cursor]
    return found[:MOST_PROBLEMS]


def move(codes: Sequence[str], old: int, new: int, move_id: uuid.UUID, now: datetime) -> Plan:
    """Move the codes from one unit to another, all or none; in the caller's transaction.

    Waits for the uploads of both units and for everyone who stores equal codes, then plans anew.
    Returns the plan; nothing has changed where it has problems or another owner than `old`.
    """
    for unit in sorted({old, new}):
        for record in changed_with_codes():
            take_unit_and_record(unit, record)
    planned = plan(codes, new)
    if planned.problems or planned.owner != old:
        return planned
    with connection.cursor() as cursor:
        cursor.execute(THESE)
        held = buckets.buckets_of(code for (code,) in cursor)
    # Uploads that were checked before this are checked again when they are confirmed.
    buckets.lock(sorted(held))
    parameters = {"old": old, "new": new, "move": move_id, "now": now, "submission": None}
    traded = [kind.value for kind in traded_kinds()]
    listing = partial(_execute, LIST_CIRCULATED, {**parameters, "traded": traded})
    with owner_changes(old, new, THESE, {}, then=listing):
        for statement in (KEEP_IMAGES, LEAVE_SUBMISSIONS, MOVE_CODES, MOVE_BOXES):
            _execute(statement, parameters)
    return planned


def _execute(statement: str, parameters: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
