"""The SQL of a distributor's export: `{chosen}` stands for the query that chooses the codes.

As `tracing.chains` and `tracing.traces` have it for one code: where a code lies, whether the unit
may see all of it or what it told of this very code itself, and of which batches its packs are.
"""

from __future__ import annotations

from tracing.chains import PLACE
from tracing.exports.sql import TITLES, written_moment
from tracing.models import Node

CHOSEN = ("code", "uploaded_at")

# `told`: somebody else's upload names the unit. Parameters after those of the chosen codes: the
# unit, its credit code, the unit, whether a setting opens everything, and the unit again.
SIGHT = f"""
    WITH chosen AS MATERIALIZED ({{chosen}}),
    placed AS MATERIALIZED (
        SELECT c.code, c.uploaded_at, p.owner, p.middle, p.large
        FROM chosen c LEFT JOIN {PLACE} ON true),
    chain AS (SELECT code, code AS pack FROM placed
              UNION ALL SELECT code, middle FROM placed WHERE middle IS NOT NULL
              UNION ALL SELECT code, large FROM placed WHERE large IS NOT NULL),
    happened AS MATERIALIZED (
        SELECT chain.code, chain.pack, e.node, e.happened_at, e.organisation, e.unit_id,
               e.unit_id <> %s AND %s IN (e.sender_uscc, e.receiver_uscc) AS told
        FROM chain JOIN tracing_traceevent e ON e.code = chain.pack
        WHERE e.voided_at IS NULL),
    sight AS MATERIALIZED (
        SELECT p.code, p.owner, coalesce(p.owner = %s, false) OR %s
               OR coalesce(bool_or(h.told), false) AS whole
        FROM placed p LEFT JOIN happened h USING (code) GROUP BY p.code, p.owner),
    seen AS (
        SELECT h.code, h.pack, h.node, h.happened_at, h.organisation
        FROM happened h JOIN sight USING (code)
        WHERE h.node IS NOT NULL AND (whole OR h.unit_id = %s AND h.pack = h.code))"""  # noqa: S608 - texts of ours

_ORDER = 'ORDER BY p.code, s.at, s.node, s.pack, s.organisation COLLATE "C"'

# A code without any node has a row too.
COUNT = f"""{SIGHT}
    SELECT count(*), coalesce(sum(greatest(1,
        coalesce(n.nodes, 0) + (s.whole AND s.owner IS NOT NULL)::int)), 0)
    FROM sight s LEFT JOIN (SELECT code, count(*) AS nodes FROM seen GROUP BY code) n
         USING (code)"""  # noqa: S608 - texts of ours

_PACKS = """
    SELECT c.code, t.unit_id, t.trac_codg_sn, t.med_list_codg, t.prod_code, t.stoin_time,
           t.uploaded_at
    FROM chosen c JOIN tracing_tracecode t ON t.{level} = c.code WHERE t.voided_at IS NULL"""
_LEVELS = ("code", "lv2_trac_code", "lv3_trac_code")

# The batches of a code come as one text of JSON: for each the maker and the 流水号, and what the
# packs say themselves where the batch is not there. They come with the first row of a code.
ROWS = f"""{SIGHT},
    packs AS (
        SELECT p.code, p.unit_id, p.trac_codg_sn, b.unit_id IS NULL AS unknown,
               min(p.med_list_codg) AS med_list_codg, min(p.prod_code) AS prod_code,
               min(coalesce(p.stoin_time, b.manu_date, p.uploaded_at)) AS at,
               coalesce(b.prodentp_name, u.name) AS organisation
        FROM ({" UNION ALL ".join(_PACKS.format(level=level) for level in _LEVELS)}) p
        JOIN accounts_unit u ON u.id = p.unit_id
        LEFT JOIN tracing_drugbatch b ON b.unit_id = p.unit_id
             AND b.trac_codg_sn = p.trac_codg_sn AND b.voided_at IS NULL
        GROUP BY p.code, p.unit_id, u.id, p.trac_codg_sn, b.unit_id, b.trac_codg_sn),
    made AS (SELECT DISTINCT ON (code) code, at, organisation FROM packs
             ORDER BY code, at, trac_codg_sn),
    batches AS (
        SELECT code, jsonb_agg(jsonb_build_array(unit_id, trac_codg_sn, unknown,
               CASE WHEN unknown THEN med_list_codg END, CASE WHEN unknown THEN prod_code END)
               ORDER BY unit_id, trac_codg_sn)::text AS batches
        FROM packs GROUP BY code),
    steps AS (
        SELECT code, happened_at AS at, node, pack, organisation FROM seen
        UNION ALL
        SELECT code, at, {Node.PRODUCED.value}, code, organisation
        FROM made JOIN sight USING (code) WHERE whole)
    SELECT p.code::text, CASE WHEN whole THEN coalesce(p.middle, '') ELSE '' END::text,
           CASE WHEN whole THEN coalesce(p.large, '') ELSE '' END::text,
           {written_moment("p.uploaded_at")},
           CASE WHEN lag(p.code) OVER way IS DISTINCT FROM p.code THEN coalesce(b.batches, '[]')
           END,
           coalesce({TITLES}, ''), coalesce({written_moment("s.at")}, ''),
           coalesce(s.organisation, '')::text,
           CASE WHEN s.pack = p.code THEN '' ELSE coalesce(s.pack, '') END::text
    FROM placed p JOIN sight USING (code) LEFT JOIN batches b USING (code)
    LEFT JOIN steps s USING (code)
    WINDOW way AS ({_ORDER})
    {_ORDER}"""  # noqa: S608 - texts of ours
