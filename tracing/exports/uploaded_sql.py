"""The SQL of an export of codes that the unit uploaded; `{chosen}` is the query that chooses them.

As `tracing.traces.chains` and `tracing.traces.trace` have it for one code: where a code lies,
whether the unit is in its chain, and then its nodes, and of which batches its packs are. Of a code
outside whose chain the unit is there is one row, with the code alone.
"""

from __future__ import annotations

from tracing.exports.made import TITLES
from tracing.records.nodes import Node
from tracing.records.shapes import KEPT_LEVELS
from tracing.stores import membership
from tracing.stores.local_times import written_moment
from tracing.stores.lookups import PLACE
from tracing.stores.membership import ORGANISATION, REGISTERED
from tracing.stores.models_codes import OF_CONSUMABLES
from tracing.traces.consumables import made_of

CHOSEN = ("code", "uploaded_at")

# `whole`: the unit is in the chain. Parameters after those of the chosen codes: the setting that
# lifts the rule, and the unit with its credit code.
SIGHT = f"""
    WITH chosen AS MATERIALIZED ({{chosen}}),
    placed AS (
        SELECT c.code, c.uploaded_at, p.owner, p.middle, p.large, p.is_device,
               coalesce(p.is_lot, false) AS is_lot
        FROM chosen c LEFT JOIN {PLACE} ON true),
    {membership.chain("%s")},
    looking AS (SELECT %s::bigint AS id, %s AS uscc),
    sight AS (SELECT chain.*, looking.uscc = ANY(members) AS whole FROM chain, looking)"""  # noqa: S608 - texts of ours

_ORDER = 'ORDER BY p.code, s.at, s.node, s.pack, s.organisation COLLATE "C"'

# A code without any node has a row too.
COUNT = f"""{SIGHT},
    seen AS (SELECT code, count(*) AS nodes
             FROM (SELECT p.code {membership.nodes(to_owner=False)}) n GROUP BY 1)
    SELECT count(*), coalesce(sum(greatest(1, CASE WHEN s.whole THEN
        coalesce(n.nodes, 0) + (s.owner IS NOT NULL)::int END)), 0),
        coalesce(bool_or(s.whole AND s.is_device), false)
    FROM sight s LEFT JOIN seen n USING (code)"""  # noqa: S608 - texts of ours

_PACKS = """
    SELECT c.code, t.unit_id, t.trac_codg_sn, t.med_list_codg, t.prod_code, t.stoin_time,
           t.uploaded_at, t.is_consumable, t.is_lot, t.udi_di, t.manu_lotnum, t.manu_date,
           t.expy_end, t.quantity
    FROM (SELECT code FROM sight WHERE whole) c JOIN tracing_tracecode t ON t.{level} = c.code
    WHERE t.voided_at IS NULL"""

_MADE = made_of("p", summed=True, looking="(SELECT id FROM looking)")

# The batches of a code come as one text of JSON: for each the maker and the 流水号, and what the
# packs say themselves where the batch is not there. They come with the first row of a code.
ROWS = f"""{SIGHT},
    packs AS (
        SELECT p.code, p.unit_id, p.trac_codg_sn, b.unit_id IS NULL AS unknown,
               min(p.med_list_codg) AS med_list_codg, min(p.prod_code) AS prod_code,
               min(coalesce(p.stoin_time, p.manu_date, b.manu_date, p.uploaded_at)) AS at,
               CASE WHEN p.is_consumable THEN {_MADE} END AS made,
               u.name AS organisation
        FROM ({" UNION ALL ".join(_PACKS.format(level=level) for level in KEPT_LEVELS)}) p
        JOIN accounts_unit u ON u.id = p.unit_id
        LEFT JOIN tracing_drugbatch b ON b.unit_id = p.unit_id
             AND b.trac_codg_sn = p.trac_codg_sn AND b.voided_at IS NULL
        GROUP BY p.code, p.unit_id, u.name, p.trac_codg_sn, b.unit_id, b.trac_codg_sn,
                 p.is_consumable, {", ".join(f"p.{name}" for name in OF_CONSUMABLES)}),
    made AS (SELECT DISTINCT ON (code) code, at, organisation FROM packs
             ORDER BY code, at, trac_codg_sn),
    batches AS (
        SELECT code, jsonb_agg(jsonb_build_array(unit_id, trac_codg_sn, unknown,
               CASE WHEN unknown THEN med_list_codg END, CASE WHEN unknown THEN prod_code END, made)
               ORDER BY unit_id, trac_codg_sn)::text AS batches
        FROM packs GROUP BY code),
    steps AS (
        SELECT p.code, e.happened_at AS at, e.node, e.code AS pack, {ORGANISATION} AS organisation
        {membership.nodes(REGISTERED, to_owner=False)}
        UNION ALL
        SELECT code, at, {Node.PRODUCED.value}, code, organisation FROM made)
    SELECT p.code::text, CASE WHEN whole THEN coalesce(p.middle, '') ELSE '' END::text,
           CASE WHEN whole THEN coalesce(p.large, '') ELSE '' END::text,
           {written_moment("p.uploaded_at")},
           CASE WHEN lag(p.code) OVER way IS DISTINCT FROM p.code THEN coalesce(b.batches, '[]')
           END,
           coalesce({TITLES}, ''), coalesce({written_moment("s.at")}, ''),
           coalesce(s.organisation, '')::text,
           CASE WHEN s.pack = p.code THEN '' ELSE coalesce(s.pack, '') END::text
    FROM sight p LEFT JOIN batches b USING (code)
    LEFT JOIN steps s ON s.code = p.code AND p.whole
    WINDOW way AS ({_ORDER})
    {_ORDER}"""  # noqa: S608 - texts of ours
