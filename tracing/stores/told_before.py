"""What codes and batches that arrive say against what was told of them before.

Codes may come before their batch, and events before their codes: then whoever came first could be
held against nothing, and is held against what comes now. As elsewhere only the unit's own rows are
looked at, and a box tells of what lies in it.
"""

from __future__ import annotations

from django.db import connection

from tracing.records.bindings import of_shape, titled
from tracing.records.event_kinds import BEFORE_EXPIRY, EventKind
from tracing.records.shapes import LEVEL_COLUMNS, SERIAL, Shape
from tracing.stores import counted_tables
from tracing.stores.local_times import earlier, local, written_date
from tracing.stores.lookups import looked_up, rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY

CODES, EVENTS = "told_before_code", "told_before_event"
# Codes of the batches of a file that are looked at, of each batch as many as of any other.
MOST_CODES = 100_000
# Rows of a file of codes by which it is seen whether anything was told of them before.
SAMPLED = 1_000

_OF_BATCHES = f"""
    SELECT s.row, t.*
    FROM {STAGED_COPY} s CROSS JOIN LATERAL (
        SELECT t.code, t.lv2_trac_code AS middle, t.lv3_trac_code AS large, t.med_list_codg,
               t.prod_code, t.stoin_time, t.submission_id
        FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.{SERIAL} = s.{SERIAL} AND t.voided_at IS NULL
        ORDER BY t.code
        LIMIT %(most)s) t"""
_SMALL, _MIDDLE, _LARGE = LEVEL_COLUMNS
_OF_CODES = f"""
    SELECT row, {_SMALL} AS code, {_MIDDLE} AS middle, {_LARGE} AS large FROM {STAGED_COPY}"""
_PACKS = (
    "(SELECT code FROM {given} UNION SELECT middle FROM {given} UNION SELECT large FROM {given})"
)
_EVENTS = f"""
    SELECT e.code AS pack, e.kind, min(e.happened_at) AS first, max(e.happened_at) AS last,
           min(e.details ->> '{SERIAL}') AS batch
    FROM {looked_up("tracing_traceevent", _PACKS.format(given=CODES))} e
    WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL AND e.node IS NOT NULL
    GROUP BY e.code, e.kind"""

# Whether anything was told of some of the codes, or of their batches by name.
_TOLD = f"""
    WITH picked AS MATERIALIZED (
        {_OF_CODES}
        WHERE row %% greatest(1, (SELECT count(*) FROM {STAGED_COPY}) / %(sampled)s) = 0),
    batches AS MATERIALIZED (SELECT DISTINCT {SERIAL} AS batch FROM {STAGED_COPY})
    SELECT EXISTS (
               SELECT 1 FROM {looked_up("tracing_traceevent", _PACKS.format(given="picked"))} e
               WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL)
        OR EXISTS (
               SELECT 1 FROM batches b CROSS JOIN LATERAL (
                   SELECT 1 FROM tracing_orderbatch o
                   WHERE o.unit_id = %(unit)s AND o.batch = b.batch LIMIT 1) o)"""

# The packs of the codes gathered, each with the row that it is of.
_PACKS_OF_ROWS = f"""(
        SELECT row, code AS pack FROM {CODES}
        UNION SELECT row, middle FROM {CODES} UNION SELECT row, large FROM {CODES})"""
_BATCH = rows_by("tracing_drugbatch", unit_id="%(unit)s", trac_codg_sn=f"s.{SERIAL}")
_KIND_WORDS = " ".join(f"WHEN '{kind.value}' THEN '{kind.label}'" for kind in EventKind)

_OTHER_GOODS = f"""
    SELECT DISTINCT ON (s.row) s.row, 'med_list_codg', 'batch_differs_from_codes',
           ARRAY[s.med_list_codg || ' ' || s.prod_code, c.med_list_codg || ' ' || c.prod_code]
    FROM {STAGED_COPY} s JOIN {CODES} c ON c.row = s.row
    WHERE c.med_list_codg <> s.med_list_codg OR c.prod_code <> s.prod_code
    ORDER BY s.row, c.code"""
_STORED_EARLIER = f"""
    SELECT DISTINCT ON (s.row) s.row, 'manu_date', 'codes_stored_before_production',
           ARRAY[{written_date("s.manu_date")}, c.code::text, {written_date("c.stoin_time")}]
    FROM {STAGED_COPY} s JOIN {CODES} c ON c.row = s.row
    WHERE {earlier("c.stoin_time", "s.manu_date")}
    ORDER BY s.row, c.stoin_time, c.code"""
_OTHER_BATCH = f"""
    SELECT s.row, '{SERIAL}', 'batch_not_of_event',
           ARRAY[s.{SERIAL}::text, c.code::text, CASE e.kind {_KIND_WORDS} END, e.batch]
    FROM {STAGED_COPY} s JOIN {CODES} c ON c.row = s.row JOIN {EVENTS} e ON e.pack = c.code
    WHERE e.batch <> s.{SERIAL}"""


def of_batches(family: str, parameters: Parameters) -> list[str]:
    """The rules for batches whose codes came before them. They need a look."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT greatest(1, %s / greatest(1, count(*))) FROM {STAGED_COPY}", [MOST_CODES]
        )
        most = cursor.fetchone()[0]
    if not counted_tables.make(CODES, _OF_BATCHES, {**parameters, "most": most}):
        return []
    found = [_OTHER_GOODS, _of_other_family(family), _STORED_EARLIER]
    return [*found, *_of_events("manu_date", "s.manu_date", "expy_end", "s.expy_end", parameters)]


def of_codes(parameters: Parameters, *, dated: bool) -> list[str]:
    """The rules for codes of which something was told before; they need a look. Codes that are
    `dated` say themselves when they were made and until when they are good, others by their batch.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {**parameters, "sampled": SAMPLED})
        if not cursor.fetchone()[0]:
            return []
    counted_tables.make(CODES, _OF_CODES, parameters)
    of = "s" if dated else "b"
    made, expires = f"coalesce(s.stoin_time, {of}.manu_date)", f"{of}.expy_end"
    column = "expy_end" if dated else SERIAL
    found = _of_events("stoin_time", made, column, expires, parameters)
    return [*found, *([] if dated else [_OTHER_BATCH])]


def _of_events(
    made_column: str, made: str, end_column: str, end: str, parameters: Parameters
) -> list[str]:
    """What was told before the goods were made, and that they were sold after their last day."""
    if not counted_tables.make(EVENTS, _EVENTS, parameters):
        return []
    kinds = ", ".join(f"'{kind.value}'" for kind in BEFORE_EXPIRY)
    told = f"""
    FROM {STAGED_COPY} s JOIN {_PACKS_OF_ROWS} p ON p.row = s.row JOIN {EVENTS} e USING (pack)
    LEFT JOIN LATERAL {_BATCH} b ON b.voided_at IS NULL"""
    return [
        f"""
    SELECT DISTINCT ON (s.row) s.row, '{made_column}', 'told_before_production',
           ARRAY[{written_date(made)}, CASE e.kind {_KIND_WORDS} END, {written_date("e.first")}]
    {told} WHERE {earlier("e.first", made)} ORDER BY s.row, e.first, e.pack""",
        f"""
    SELECT DISTINCT ON (s.row) s.row, '{end_column}', 'sold_after_this_day',
           ARRAY[{written_date(end)}, {written_date("e.last")}]
    {told} WHERE e.kind IN ({kinds}) AND {local("e.last")}::date > {local(end)}::date
    ORDER BY s.row, e.last DESC, e.pack""",
    ]


def _of_other_family(family: str) -> str:
    """Codes that came as those of another family."""
    others = {
        code.record.code: titled(code.record.family)
        for code in of_shape(Shape.CODES)
        if code.record.family != family
    }
    words = " ".join(f"WHEN '{code}' THEN '{title}'" for code, title in others.items())
    return f"""
    SELECT DISTINCT ON (s.row) s.row, '{SERIAL}', 'codes_of_other_family',
           ARRAY[s.{SERIAL}::text, CASE u.record_code {words} END, '{titled(family)}']
    FROM {STAGED_COPY} s JOIN {CODES} c ON c.row = s.row
    JOIN tracing_submission u ON u.id = c.submission_id
    WHERE u.record_code IN ({", ".join(f"'{code}'" for code in others)})
    ORDER BY s.row, c.code"""
