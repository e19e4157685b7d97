"""The SQL of an export: `{chosen}` stands for the query that chooses the codes.

Facts are written as text once per batch, so that a row costs no more than its join.
"""

from __future__ import annotations

from tracing.facts import FACTS, KNOWN_TO_CODE
from tracing.models import Node
from tracing.records.base import Column

CHOSEN = (
    "code",
    "trac_codg_sn",
    "lv2_trac_code",
    "lv3_trac_code",
    "med_list_codg",
    "prod_code",
    "stoin_time",
    "uploaded_at",
)

_LOCAL = "({} AT TIME ZONE 'Asia/Shanghai')"
_SECOND = "YYYY-MM-DD HH24:MI:SS"


def _written_moment(value: str) -> str:
    return f"to_char({_LOCAL.format(value)}, '{_SECOND}')"


def _written_date(value: str) -> str:
    """A day; its time only where one was given, as the records show it."""
    day = f"to_char({_LOCAL.format(value)}, 'YYYY-MM-DD')"
    return (
        f"CASE WHEN {_LOCAL.format(value)}::time = '00:00' THEN {day}"
        f" ELSE {_written_moment(value)} END"
    )


def _written(fact: Column) -> str:
    """The SQL of a batch's fact as text, the same as `tables.shown` gives."""
    match fact.kind.type:
        case "date" | "moment":
            text = _written_date(fact.name)
        case "number":
            text = f"trim_scale({fact.name})::text"
        case "choice":
            words = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in fact.kind.values)
            text = f"CASE {fact.name} {words} ELSE {fact.name} END"
        case _:
            text = f"{fact.name}::text"
    return f"coalesce({text}, '') AS {fact.name}"


def _fact(fact: Column) -> str:
    """A fact of a row, or of its code while the batch is not there."""
    own = f"c.{fact.name}" if fact.name in KNOWN_TO_CODE else "''"
    return f"coalesce(f.{fact.name}, {own})::text"


_TITLES = "CASE s.node {} END".format(
    " ".join(f"WHEN {node.value} THEN '{node.label}'" for node in Node)
)

_EVENTS = """
    FROM (SELECT code, code AS pack FROM chosen
          UNION ALL
          SELECT code, lv2_trac_code FROM chosen WHERE lv2_trac_code IS NOT NULL
          UNION ALL
          SELECT code, lv3_trac_code FROM chosen WHERE lv3_trac_code IS NOT NULL) chain
    JOIN tracing_traceevent e ON e.code = chain.pack
    WHERE e.node IS NOT NULL AND e.voided_at IS NULL"""

# 生产入库 is the code itself, so there are as many of it as codes.
COUNT = f"""
    WITH chosen AS MATERIALIZED ({{chosen}})
    SELECT codes, codes + events
    FROM (SELECT count(*) AS codes FROM chosen) c, (SELECT count(*) AS events {_EVENTS}) e"""  # noqa: S608 - texts of ours

ROWS = f"""
    WITH chosen AS MATERIALIZED ({{chosen}}),
    facts AS MATERIALIZED (
        SELECT trac_codg_sn AS batch, manu_date AS made, prodentp_name AS maker,
               {", ".join(map(_written, FACTS))}
        FROM tracing_drugbatch
        WHERE unit_id = %s AND voided_at IS NULL
          AND trac_codg_sn IN (SELECT trac_codg_sn FROM chosen)),
    steps AS (
        SELECT c.code, coalesce(c.stoin_time, f.made, c.uploaded_at) AS at,
               {Node.PRODUCED.value} AS node, c.code AS pack, coalesce(f.maker, %s) AS organisation
        FROM chosen c LEFT JOIN facts f ON f.batch = c.trac_codg_sn
        UNION ALL
        SELECT chain.code, e.happened_at, e.node, e.code, e.organisation {_EVENTS})
    SELECT %s::text, s.code::text, coalesce(c.lv2_trac_code, '')::text,
           coalesce(c.lv3_trac_code, '')::text, {_written_moment("c.uploaded_at")},
           {", ".join(map(_fact, FACTS))},
           {_TITLES}, {_written_moment("s.at")}, s.organisation::text,
           CASE WHEN s.pack = s.code THEN '' ELSE s.pack END::text
    FROM steps s
    JOIN chosen c ON c.code = s.code
    LEFT JOIN facts f ON f.batch = c.trac_codg_sn
    ORDER BY s.code, s.at, s.node, s.pack, s.organisation COLLATE "C" """  # noqa: S608 - texts of ours
