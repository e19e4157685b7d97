"""医用耗材单件信息 and 规格信息: their rules against the database, and how rows are stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.store import UNDOING, Rules, StagedRows, Store
from tracing.stores.target import Target, same_names

# A specification whose consumable is not there yet.
ITEM_UNKNOWN = f"""
    SELECT s.row, 'mcs_code', 'item_unknown', ARRAY[s.mcs_code::text]
    FROM {STAGED_COPY} s
    WHERE s.submission_id = %(submission)s
      AND NOT EXISTS (SELECT 1 FROM tracing_consumableitem i
                      WHERE i.unit_id = %(unit)s AND i.mcs_code = s.mcs_code
                        AND i.voided_at IS NULL)"""


def of_item(item: str, going: str) -> str:
    """SQL on a code `t`: it bears the DI of the consumable `item`, or one that nobody can tell, and
    has no other live one of the same 医保耗材代码 to stand on. `going` are those that go: rows of
    `mcs_code` and `udi`.
    """
    return f"""
    t.is_consumable AND t.unit_id = {item}.unit_id AND t.med_list_codg = {item}.mcs_code
    AND (t.udi_di = {item}.udi_di OR t.udi_di IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM tracing_consumableitem o
        WHERE o.unit_id = {item}.unit_id AND o.mcs_code = {item}.mcs_code AND o.voided_at IS NULL
          AND (t.udi_di IS NULL OR o.udi_di = t.udi_di)
          AND NOT EXISTS (SELECT 1 FROM {going} going
                          WHERE going.mcs_code = o.mcs_code AND going.udi = o.udi))"""


# Codes that came since, and that would lose their consumable.
_GOING = f"(SELECT mcs_code, udi FROM {UNDOING} WHERE why IS NULL AND NOT returns)"
ITEM_HAS_CODES = f"""coalesce((
    SELECT true FROM tracing_consumableitem i JOIN tracing_tracecode t ON {of_item("i", _GOING)}
    WHERE i.unit_id = %(unit)s AND i.mcs_code = u.mcs_code AND i.udi = u.udi
      AND t.voided_at IS NULL AND t.uploaded_at >= u.since AND NOT u.returns
    LIMIT 1), false)"""


class ItemStore(Store):
    """How a record's rows become single consumables."""

    @cached_property
    def TARGET(self) -> Target:
        """How they are kept."""
        record = self.binding.record
        names = (c.name for c in record.columns if c.name not in record.key)
        return Target(
            table="tracing_consumableitem",
            named="udi",
            key=same_names(record.key_columns),
            columns=same_names((*names, "udi_di")),
            unit_in_key=True,
        )

    def rules(self, staged: StagedRows) -> Rules:
        """Nothing that came before can speak against a consumable."""
        return Rules([])

    @property
    def bars(self) -> Mapping[str, str]:
        """Codes that came since stand on their consumable."""
        return {"has_codes": ITEM_HAS_CODES}


class SpecStore(Store):
    """How a record's rows become packings of consumables."""

    @cached_property
    def TARGET(self) -> Target:
        """How they are kept; a part of the key that is left empty is an empty text."""
        record = self.binding.record
        names = (c.name for c in record.columns if c.name not in record.key)
        return Target(
            table="tracing_consumablespec",
            named="spec",
            key={
                name: f"s.{name}" if record.column(name).required else f"coalesce(s.{name}, '')"
                for name in record.key_columns
            },
            columns=same_names(names),
            unit_in_key=True,
        )

    def rules(self, staged: StagedRows) -> Rules:
        """The consumable is there."""
        return Rules([ITEM_UNKNOWN])
