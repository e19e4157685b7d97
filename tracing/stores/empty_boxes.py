"""Boxes that go with the last code in them, when the upload that brought both is undone."""

from __future__ import annotations

import uuid

from django.db import connection

from tracing.stores import counted_tables
from tracing.stores.lookups import looked_up
from tracing.stores.row_faults import Parameters
from tracing.stores.store import UNDOING

# Boxes of undone codes that came with the upload, and that no live code lies in.
UNDONE_BOXES = f"""
    SELECT DISTINCT box AS code FROM {UNDOING} u CROSS JOIN LATERAL (VALUES
        (u.present ->> 'lv2_trac_code'), (u.present ->> 'lv3_trac_code')) boxes (box)
    WHERE u.why IS NULL AND box IS NOT NULL"""
UNDONE, EMPTY = "undone_box", "undone_box_empty"
LIE_IN_MIDDLE, LIE_IN_LARGE, LAY_IN_EMPTY = (
    looked_up(table, boxes, key=key)
    for table, boxes, key in (
        ("tracing_tracecode", UNDONE, "lv2_trac_code"),
        ("tracing_tracecode", UNDONE, "lv3_trac_code"),
        ("tracing_pack", EMPTY, "parent"),
    )
)
EMPTY_BOXES = f"""
    SELECT p.code FROM {looked_up("tracing_pack", UNDONE)} p
    WHERE p.unit_id = %(unit)s AND p.submission_id = %(submission)s
      AND p.uploaded_at >= (SELECT received_at FROM tracing_submission WHERE id = %(submission)s)
    EXCEPT SELECT lv2_trac_code FROM {LIE_IN_MIDDLE} t WHERE t.voided_at IS NULL
    EXCEPT SELECT lv3_trac_code FROM {LIE_IN_LARGE} t WHERE t.voided_at IS NULL"""
REMOVE_EMPTY = (
    f"DELETE FROM tracing_pack p USING {EMPTY} gone WHERE p.code = gone.code",
    f"""
    UPDATE tracing_pack p SET parent = NULL FROM {LAY_IN_EMPTY} inside
    WHERE p.code = inside.code""",
)


def remove(submission: uuid.UUID, unit: int) -> None:
    """Remove the boxes that an undone upload brought and that are empty now."""
    parameters: Parameters = {"submission": submission, "unit": unit}
    counted_tables.make(UNDONE, UNDONE_BOXES, parameters)
    if not counted_tables.make(EMPTY, EMPTY_BOXES, parameters):
        return
    with connection.cursor() as cursor:
        for statement in REMOVE_EMPTY:
            cursor.execute(statement)
