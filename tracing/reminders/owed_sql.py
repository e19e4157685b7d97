"""The SQL of 报送提醒: what there is of the goods of a unit, the newest first."""

from __future__ import annotations

from tracing.stores.printed import printed_lot

# The newest live batches of a unit with what there is of each. What is counted is found by the
# batch, so a million codes cost no more than one.
BATCHES = """
    SELECT b.family, b.trac_codg_sn, b.uploaded_at,
           EXISTS (SELECT 1 FROM tracing_batchcount c
                   WHERE c.unit_id = %(unit)s AND c.kind = %(made)s
                     AND c.trac_codg_sn = b.trac_codg_sn AND c.codes > 0),
           ARRAY(SELECT k.kind FROM unnest(%(kinds)s::text[]) k (kind) WHERE (
                     SELECT true FROM tracing_orderbatch o
                     WHERE o.unit_id = %(unit)s AND o.batch = b.trac_codg_sn AND o.kind = k.kind
                     LIMIT 1))
    FROM (SELECT family, trac_codg_sn, uploaded_at FROM tracing_drugbatch
          WHERE unit_id = %(unit)s AND voided_at IS NULL AND uploaded_at >= %(since)s
          ORDER BY uploaded_at DESC, trac_codg_sn LIMIT %(most)s) b"""
# Codes whose batch nobody uploaded, by the record that told of one of them. The lots of consumables
# have a blank in their name, which no 流水号 has.
# Codes that stayed when their upload was undone, or that staff moved, are of no upload: then by the
# family of a batch of the same product, if there is one.
PENDING = """
    WITH recent AS MATERIALIZED (
        SELECT family, prod_code FROM tracing_drugbatch
        WHERE unit_id = %(unit)s AND voided_at IS NULL
        ORDER BY uploaded_at DESC, trac_codg_sn LIMIT %(most)s)
    SELECT c.trac_codg_sn, c.codes, t.uploaded_at, s.record_code,
           (SELECT r.family FROM recent r
            WHERE s.id IS NULL AND r.prod_code = t.prod_code LIMIT 1)
    FROM (SELECT trac_codg_sn, codes FROM tracing_batchcount c
          WHERE unit_id = %(unit)s AND kind = %(made)s AND codes > 0
            AND trac_codg_sn NOT LIKE '%% %%'
            AND NOT EXISTS (SELECT 1 FROM tracing_drugbatch b
                            WHERE b.unit_id = %(unit)s AND b.trac_codg_sn = c.trac_codg_sn
                              AND b.voided_at IS NULL)
          LIMIT %(most)s) c
    CROSS JOIN LATERAL (
        SELECT t.uploaded_at, t.submission_id, t.prod_code FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = c.trac_codg_sn AND t.voided_at IS NULL
        ORDER BY t.code LIMIT 1) t
    LEFT JOIN tracing_submission s ON s.id = t.submission_id"""
# 医保耗材代码 of the newest live items that have no code.
ITEMS = """
    SELECT i.mcs_code, min(i.uploaded_at) AS since, 0
    FROM (SELECT mcs_code, uploaded_at FROM tracing_consumableitem
          WHERE unit_id = %(unit)s AND voided_at IS NULL AND uploaded_at >= %(since)s
          ORDER BY uploaded_at DESC, mcs_code LIMIT %(most)s) i
    WHERE (SELECT true FROM tracing_tracecode t
           WHERE t.unit_id = %(unit)s AND t.med_list_codg = i.mcs_code
             AND t.is_consumable AND t.voided_at IS NULL LIMIT 1) IS NULL
    GROUP BY i.mcs_code"""
# 医保耗材代码 of lots, and how many codes there are of them, whose item nobody uploaded.
PENDING_ITEMS = """
    SELECT t.med_list_codg, min(t.uploaded_at) AS since, sum(c.codes)
    FROM (SELECT trac_codg_sn, codes FROM tracing_batchcount c
          WHERE unit_id = %(unit)s AND kind = %(made)s AND codes > 0
            AND trac_codg_sn LIKE '%% %%'
            AND NOT EXISTS (SELECT 1 FROM tracing_consumableitem i
                            WHERE i.unit_id = %(unit)s AND i.voided_at IS NULL
                              AND i.mcs_code = split_part(c.trac_codg_sn, ' ', 1))
          LIMIT %(most)s) c
    CROSS JOIN LATERAL (
        SELECT t.uploaded_at, t.med_list_codg FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = c.trac_codg_sn AND t.voided_at IS NULL
        ORDER BY t.code LIMIT 1) t
    GROUP BY t.med_list_codg"""
# Lots of consumables with the day of their first code, whether any of it was sent, and whether what
# was sent of it was told of by another kind of event too: under the number of one of its papers. Of
# rows that name no lot nobody knows of which they are.
LOTS = f"""
    SELECT c.trac_codg_sn, t.uploaded_at,
           EXISTS (SELECT 1 FROM tracing_orderbatch o WHERE o.unit_id = %(unit)s
                   AND o.batch = lots.lot AND o.kind = %(shipment)s),
           EXISTS (SELECT 1 FROM (
                       SELECT o.document FROM tracing_orderbatch o WHERE o.unit_id = %(unit)s
                       AND o.batch = lots.lot AND o.kind = %(shipment)s LIMIT %(papers)s) o
                   CROSS JOIN LATERAL (
                       SELECT 1 FROM tracing_traceevent e
                       WHERE e.unit_id = %(unit)s AND e.document = o.document
                         AND e.kind = %(delivery)s AND e.voided_at IS NULL LIMIT 1) told)
    FROM (SELECT trac_codg_sn FROM tracing_batchcount
          WHERE unit_id = %(unit)s AND kind = %(made)s AND codes > 0
            AND trac_codg_sn LIKE '%% %%' LIMIT %(most)s) c
    CROSS JOIN LATERAL (
        SELECT t.uploaded_at, t.code FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = c.trac_codg_sn AND t.voided_at IS NULL
        ORDER BY t.code LIMIT 1) t
    CROSS JOIN LATERAL (SELECT {printed_lot("t.code")} AS lot) lots
    WHERE t.uploaded_at >= %(since)s AND lots.lot IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM tracing_orderbatch o WHERE o.unit_id = %(unit)s
                      AND o.batch = '' AND o.kind = %(shipment)s)"""  # noqa: S608 - texts of ours
# The newest uploads of each record that were stored.
LAST = """
    SELECT r.code, (SELECT max(s.stored_at) FROM (
        SELECT stored_at FROM tracing_submission
        WHERE unit_id = %(unit)s AND record_code = r.code AND state = %(stored)s AND accepted > 0
        ORDER BY received_at DESC LIMIT %(most)s) s)
    FROM unnest(%(records)s::text[]) r (code)"""
