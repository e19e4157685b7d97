"""The quantity of a lot is what its maker may take from it: a rule over events."""

from __future__ import annotations

from tracing.stores.lookups import rows_by
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.store import UNDOING
from tracing.stores.target import CORRECTED

EVENTS_OF_LOT = rows_by("tracing_traceevent", code="lot.code")


def of_all_batches(code: str, udi_di: str) -> str:
    """Whether a code is a DI alone, which the packs of every batch bear: what left it may be of
    batches whose row was replaced, so that there is a remark where a lot would be at fault.
    """
    return f"coalesce({code} = {udi_di}, false)"


def exceeded(*, kind: str, node: str, document: str, count: str) -> str:
    """A rule: rows by which more leaves a lot than it has, counted over all documents, and rows
    that take more than one piece of a piece. What the file says of a document replaces what is
    stored of it.

    `kind`, `node` and `document` are SQL over the staged row `s`; `count` is its column.
    """
    return f"""
    WITH taken AS MATERIALIZED (
        SELECT s.row, s.trac_code AS code, {document} AS document, {kind} AS kind,
               CASE WHEN {node} IS NULL THEN 0 ELSE coalesce(s.{count}, 1) END AS pieces,
               {CORRECTED} AS corrected, t.quantity, t.is_lot,
               {of_all_batches("t.code", "t.udi_di")} AS shared
        FROM {STAGED_COPY} s
        CROSS JOIN LATERAL {rows_by("tracing_tracecode", code="s.trac_code")} t
        WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
          AND t.voided_at IS NULL AND t.is_consumable),
    before AS MATERIALIZED (
        SELECT lot.code, lot.kind, sum(coalesce(e.quantity, 1)) AS pieces
        FROM (SELECT DISTINCT code, kind FROM taken WHERE is_lot) lot
        CROSS JOIN LATERAL {EVENTS_OF_LOT} e
        WHERE e.kind = lot.kind AND e.unit_id = %(unit)s AND e.voided_at IS NULL
          AND e.node IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM taken now WHERE now.code = e.code
                            AND now.kind = e.kind AND now.document = e.document)
        GROUP BY lot.code, lot.kind)
    SELECT row, '{count}',
           CASE WHEN shared THEN 'sent_of_all_batches' ELSE 'quantity_exceeded' END,
           ARRAY[code::text, trim_scale(left_it)::text, trim_scale(quantity)::text]
    FROM (SELECT t.row, t.code, t.quantity, t.pieces, t.shared,
                 CASE WHEN t.is_lot THEN coalesce(b.pieces, 0) + sum(t.pieces) OVER (
                          PARTITION BY t.code, t.kind ORDER BY t.corrected, t.row)
                      ELSE t.pieces END AS left_it
          FROM taken t LEFT JOIN before b USING (code, kind)) summed
    WHERE pieces > 0 AND left_it > quantity"""


def _pieces(side: str) -> str:
    """How many pieces left by an undone row `u`, as it is (`present`) or was (`image`)."""
    return f"""CASE WHEN u.{side} ->> 'node' IS NULL THEN 0
                  ELSE coalesce((u.{side} ->> 'quantity')::numeric, 1) END"""


# Rows of an undo by which more would leave a lot again than now, where all that leaves it would
# then be more than it has. Of the rows that go back, those by which less leaves are none of these,
# so a lot suffices whenever these stay.
EXCEEDED_BY_UNDO = f"""u.row IN (
    WITH back AS (
        SELECT u.row, u.code, u.kind, {_pieces("present")} AS now,
               CASE WHEN u.returns THEN {_pieces("image")} ELSE 0 END AS was
        FROM {UNDOING} u WHERE u.why IS NULL),
    more AS (
        SELECT b.code, b.kind, t.quantity, sum(b.was - b.now) AS pieces
        FROM back b CROSS JOIN LATERAL {rows_by("tracing_tracecode", code="b.code")} t
        WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL AND t.is_lot
          AND NOT {of_all_batches("t.code", "t.udi_di")}
        GROUP BY b.code, b.kind, t.quantity HAVING sum(b.was - b.now) > 0),
    short AS (
        SELECT m.code, m.kind FROM more m CROSS JOIN LATERAL (
            SELECT coalesce(sum(coalesce(e.quantity, 1)), 0) AS pieces
            FROM {rows_by("tracing_traceevent", code="m.code")} e
            WHERE e.kind = m.kind AND e.unit_id = %(unit)s
              AND e.voided_at IS NULL AND e.node IS NOT NULL) taken
        WHERE taken.pieces + m.pieces > m.quantity)
    SELECT b.row FROM back b JOIN short USING (code, kind) WHERE b.was > b.now)"""
