"""The quantity of a lot is what its maker may take from it: a rule over events."""

from __future__ import annotations

from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import CORRECTED


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
               {CORRECTED} AS corrected, t.quantity, t.is_lot
        FROM {STAGED_COPY} s JOIN tracing_tracecode t ON t.code = s.trac_code
        WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
          AND t.voided_at IS NULL AND t.is_consumable),
    before AS MATERIALIZED (
        SELECT lot.code, lot.kind, sum(coalesce(e.quantity, 1)) AS pieces
        FROM (SELECT DISTINCT code, kind FROM taken WHERE is_lot) lot
        JOIN tracing_traceevent e ON e.code = lot.code AND e.kind = lot.kind
        WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL AND e.node IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM taken now WHERE now.code = e.code
                            AND now.kind = e.kind AND now.document = e.document)
        GROUP BY lot.code, lot.kind)
    SELECT row, '{count}', 'quantity_exceeded',
           ARRAY[code::text, trim_scale(left_it)::text, trim_scale(quantity)::text]
    FROM (SELECT t.row, t.code, t.quantity, t.pieces,
                 CASE WHEN t.is_lot THEN coalesce(b.pieces, 0) + sum(t.pieces) OVER (
                          PARTITION BY t.code, t.kind ORDER BY t.corrected, t.row)
                      ELSE t.pieces END AS left_it
          FROM taken t LEFT JOIN before b USING (code, kind)) summed
    WHERE pieces > 0 AND left_it > quantity"""
