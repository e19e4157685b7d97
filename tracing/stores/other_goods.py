"""What is told of codes as of goods of the other kind, drugs or consumables.

A drug's row names a 流水号, which a consumable's has not, and a consumable's says how many pieces:
under one key the one would replace the other and take with it what only the other has. Of a code
that the unit has, such a row is at fault. Of one that nobody uploaded yet both may be right: then
whoever comes later is remarked on.
"""

from __future__ import annotations

from django.db import connection

from tracing.records.base import Record
from tracing.records.bindings import BINDINGS, is_of_devices, of_shape
from tracing.records.event_kinds import EventKind
from tracing.records.shapes import CODE, LEVEL_COLUMNS, SERIAL, Shape
from tracing.stores.lookups import rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.target import Target

_GOODS = {True: "医用耗材", False: "药品"}
_SMALL, _MIDDLE, _LARGE = LEVEL_COLUMNS
_KIND_WORDS = " ".join(f"WHEN '{kind.value}' THEN '{kind.label}'" for kind in EventKind)

# Whether the unit's own code is one of a consumable. A box holds goods of one kind, so any pack in
# it tells.
_OWN = f"""(
        SELECT t.is_consumable FROM {rows_by("tracing_tracecode", code=f"s.{CODE}")} t
        WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL
        UNION ALL
        SELECT held.is_consumable FROM {rows_by("tracing_pack", code=f"s.{CODE}")} p
        CROSS JOIN LATERAL (
            (SELECT t.is_consumable FROM {rows_by("tracing_tracecode", lv2_trac_code="p.code")} t
             WHERE p.level = 2 AND t.voided_at IS NULL LIMIT 1)
            UNION ALL
            (SELECT t.is_consumable FROM {rows_by("tracing_tracecode", lv3_trac_code="p.code")} t
             WHERE p.level = 3 AND t.voided_at IS NULL LIMIT 1)) held
        WHERE p.unit_id = %(unit)s)"""


def of_consumables(record: Record) -> bool | None:
    """Whether events of a record are of consumables; None where one record tells of all goods."""
    if is_of_devices(record.code):
        return True
    return False if any(column.name == SERIAL for column in record.columns) else None


def of_events(record: Record) -> list[str]:
    """The rule for events of codes that are the unit's own."""
    consumable = of_consumables(record)
    if consumable is None:
        return []
    return [
        f"""
    SELECT s.row, '{CODE}', 'event_of_other_goods',
           ARRAY[s.{CODE}::text, '{_GOODS[not consumable]}', '{_GOODS[consumable]}']
    FROM {STAGED_COPY} s CROSS JOIN LATERAL {_OWN} own
    WHERE own.is_consumable <> {consumable}"""
    ]


def of_replaced(record: Record, target: Target) -> list[str]:
    """The rule for events that take the place of one that was told of goods of the other kind."""
    consumable = of_consumables(record)
    if consumable is None:
        return []
    return [
        f"""
    SELECT s.row, '{CODE}', 'replaces_other_goods',
           ARRAY[s.{CODE}::text, '{_GOODS[not consumable]}', '{_GOODS[consumable]}']
    FROM {STAGED_COPY} s CROSS JOIN LATERAL
         {rows_by(target.table, **target.key, unit_id="%(unit)s")} t
    WHERE t.voided_at IS NULL AND {_told("t", consumable=not consumable)}"""
    ]


def of_codes(*, consumable: bool, parameters: Parameters) -> list[str]:
    """The rule for codes of which the unit told as of goods of the other kind before they came.

    There is none where the unit never told of such goods, so that it costs them nothing.
    """
    others = [
        binding.record.code
        for binding in of_shape(Shape.EVENT)
        if of_consumables(binding.record) is not None
        and of_consumables(binding.record) != consumable
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM tracing_submission"
            " WHERE unit_id = %(unit)s AND record_code = ANY(%(records)s))",
            {**parameters, "records": others},
        )
        if not cursor.fetchone()[0]:
            return []
    kinds = sorted({kind.value for code in others for kind in BINDINGS[code].told.kinds})
    return [
        f"""
    SELECT DISTINCT ON (s.row) s.row, s.named, 'told_as_other_goods',
           ARRAY[s.code::text, CASE e.kind {_KIND_WORDS} END,
                 '{_GOODS[not consumable]}', '{_GOODS[consumable]}']
    FROM (SELECT row, '{_SMALL}' AS named, {_SMALL} AS code FROM {STAGED_COPY}
          UNION ALL SELECT min(row), '{_MIDDLE}', {_MIDDLE} FROM {STAGED_COPY} GROUP BY {_MIDDLE}
          UNION ALL SELECT min(row), '{_LARGE}', {_LARGE} FROM {STAGED_COPY} GROUP BY {_LARGE}) s
    CROSS JOIN LATERAL {rows_by("tracing_traceevent", code="s.code")} e
    WHERE e.unit_id = %(unit)s AND e.voided_at IS NULL
      AND e.kind IN ({", ".join(f"'{kind}'" for kind in kinds)})
      AND {_told("e", consumable=not consumable)}
    ORDER BY s.row, s.named, e.kind"""
    ]


def _told(event: str, *, consumable: bool) -> str:
    """Whether a maker's event was told as of such goods: a drug's row always names its 流水号."""
    named = f"{event}.details ->> '{SERIAL}'"
    return f"{named} IS NULL" if consumable else f"{named} IS NOT NULL"
