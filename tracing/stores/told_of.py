"""What events say against what the unit's own codes, batches and earlier events say.

Whatever other units stored is not looked at, so that nobody learns of it by a remark. The codes
that are the unit's own are gathered once, with their batch and their boxes; a box stands for one of
the packs in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracing.records.base import Record
from tracing.records.bindings import is_of_devices, of_shape, titled
from tracing.records.event_kinds import AFTER, BEFORE_EXPIRY
from tracing.records.shapes import CODE, SERIAL, Binding, Shape
from tracing.stores import counted_tables
from tracing.stores.local_times import earlier, local, written_date
from tracing.stores.lookups import looked_up, rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY

OWN, STEPS = "told_of_own", "told_of_steps"

# A box of the unit's holds packs of the unit's alone, so any of them tells of it.
_OWN = f"""
    WITH asked AS MATERIALIZED (SELECT DISTINCT {CODE} AS code FROM {STAGED_COPY}),
    placed AS (
        SELECT t.code, 1 AS level, t.trac_codg_sn, t.stoin_time, t.lv2_trac_code AS middle,
               t.lv3_trac_code AS large, t.manu_date AS own_date, t.expy_end AS own_end
        FROM {looked_up("tracing_tracecode", "asked")} t
        WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL
        UNION ALL
        SELECT p.code, p.level, t.trac_codg_sn, t.stoin_time, NULL, t.large, t.manu_date,
               t.expy_end
        FROM {looked_up("tracing_pack", "asked")} p CROSS JOIN LATERAL (
            (SELECT t.trac_codg_sn, t.stoin_time, t.lv3_trac_code AS large, t.manu_date, t.expy_end
             FROM {rows_by("tracing_tracecode", lv2_trac_code="p.code")} t
             WHERE p.level = 2 AND t.voided_at IS NULL LIMIT 1)
            UNION ALL
            (SELECT t.trac_codg_sn, t.stoin_time, NULL, t.manu_date, t.expy_end
             FROM {rows_by("tracing_tracecode", lv3_trac_code="p.code")} t
             WHERE p.level = 3 AND t.voided_at IS NULL LIMIT 1)) t
        WHERE p.unit_id = %(unit)s)
    SELECT p.*, b.family, coalesce(p.own_end, b.expy_end) AS expy_end,
           coalesce(p.stoin_time, p.own_date, b.manu_date) AS made_at
    FROM placed p LEFT JOIN LATERAL
         {rows_by("tracing_drugbatch", unit_id="%(unit)s", trac_codg_sn="p.trac_codg_sn")} b
         ON b.voided_at IS NULL"""

# A box of several batches is of each of them.
_NOT_OF_CODE = f"""
    SELECT s.row, '{SERIAL}', 'batch_not_of_code',
           ARRAY[s.{SERIAL}::text, o.code::text, o.{SERIAL}::text]
    FROM {STAGED_COPY} s JOIN {OWN} o ON o.code = s.{CODE}
    LEFT JOIN LATERAL (
        (SELECT t.code FROM {rows_by("tracing_tracecode", lv2_trac_code="o.code")} t
         WHERE o.level = 2 AND t.{SERIAL} = s.{SERIAL}
           AND t.voided_at IS NULL LIMIT 1)
        UNION ALL
        (SELECT t.code FROM {rows_by("tracing_tracecode", lv3_trac_code="o.code")} t
         WHERE o.level = 3 AND t.{SERIAL} = s.{SERIAL}
           AND t.voided_at IS NULL LIMIT 1)) held ON true
    WHERE s.{SERIAL} <> o.{SERIAL} AND held.code IS NULL"""

# The first of the unit's own events of some kinds, of the codes and of the boxes that hold them.
_PACKS = f"""(
        SELECT {CODE} AS code FROM {STAGED_COPY}
        UNION SELECT middle FROM {OWN} UNION SELECT large FROM {OWN})"""
_STEPS = f"""
    SELECT e.code AS pack, e.kind, min(e.happened_at) AS at
    FROM {looked_up("tracing_traceevent", _PACKS)} e
    WHERE e.kind = ANY(%(kinds)s) AND e.unit_id = %(unit)s
      AND e.voided_at IS NULL AND e.node IS NOT NULL
    GROUP BY e.code, e.kind"""


def rules(binding: Binding, parameters: Parameters) -> list[str]:
    """The rules that what is told calls for. They need a look."""
    time, kinds = binding.told.time, binding.told.kinds
    of_a_batch = any(column.name == SERIAL for column in binding.record.columns)
    by_maker = of_a_batch or is_of_devices(binding.record.code)
    own = counted_tables.make(OWN, _OWN if by_maker else f"{_OWN} LIMIT 0", parameters)
    # Events of consumables name no batch.
    found = [_NOT_OF_CODE, _of_other_family(binding.record)] if of_a_batch else []
    found.append(_before_production(time))
    if not set(kinds).isdisjoint(BEFORE_EXPIRY):
        found.append(_after_expiry(time))
    earlier_kinds = [step.value for kind in kinds for step in AFTER.get(kind, ())]
    steps = counted_tables.make(STEPS, _STEPS, {**parameters, "kinds": earlier_kinds})
    return [*(found if own else ()), *(_before_steps(binding) if steps else ())]


def _of_other_family(record: Record) -> str:
    """The batch of a code is one of another family than the record."""
    words = " ".join(
        f"WHEN '{product.record.family}' THEN '{titled(product.record.family)}'"
        for product in of_shape(Shape.PRODUCT)
    )
    return f"""
    SELECT s.row, '{SERIAL}', 'batch_of_other_family',
           ARRAY[o.{SERIAL}::text, CASE o.family {words} ELSE o.family END::text,
                 '{titled(record.family)}']
    FROM {STAGED_COPY} s JOIN {OWN} o ON o.code = s.{CODE}
    WHERE o.family <> '{record.family}'"""


def _before_production(time: str) -> str:
    """What happened to a pack before it was made, or stored by its maker."""
    return f"""
    SELECT s.row, '{time}', 'event_before_production',
           ARRAY[{written_date(f"s.{time}")}, {written_date("o.made_at")}]
    FROM {STAGED_COPY} s JOIN {OWN} o ON o.code = s.{CODE}
    WHERE {earlier(f"s.{time}", "o.made_at")}"""


def _after_expiry(time: str) -> str:
    """What happened to a pack on a later day than its last."""
    return f"""
    SELECT s.row, '{time}', 'sold_after_expiry',
           ARRAY[{written_date(f"s.{time}")}, {written_date("o.expy_end")}]
    FROM {STAGED_COPY} s JOIN {OWN} o ON o.code = s.{CODE}
    WHERE {local(f"s.{time}")}::date > {local("o.expy_end")}::date"""


def _before_steps(binding: Binding) -> Iterator[str]:
    """What happened before a step that comes earlier, by the direction of the rows."""
    event = binding.told
    for direction, told in event.told:
        steps = AFTER.get(told.kind, ())
        if not steps:
            continue
        words = " ".join(f"WHEN '{step.value}' THEN '{step.label}'" for step in steps)
        rows = STAGED_COPY + (f" WHERE {event.by} = '{direction}'" if event.by else "")
        yield f"""
    SELECT DISTINCT ON (s.row) s.row, '{event.time}', 'event_before_earlier_step',
           ARRAY[{written_date("s.at")}, CASE p.kind {words} END, {written_date("p.at")}]
    FROM (WITH told AS (SELECT row, {CODE} AS code, {event.time} AS at FROM {rows})
          SELECT row, at, code AS pack FROM told
          UNION ALL SELECT t.row, t.at, o.middle FROM told t JOIN {OWN} o USING (code)
          UNION ALL SELECT t.row, t.at, o.large FROM told t JOIN {OWN} o USING (code)) s
    JOIN {STEPS} p USING (pack)
    WHERE p.kind IN ({", ".join(f"'{step.value}'" for step in steps)}) AND {earlier("s.at", "p.at")}
    ORDER BY s.row, p.at DESC"""
