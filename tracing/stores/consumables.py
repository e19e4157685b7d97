"""医用耗材单件信息 and 规格信息: their rules against the database, and how rows are stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.store import Rules, StagedRows, Store
from tracing.stores.target import Target, same_names

# A specification whose consumable is not there yet.
ITEM_UNKNOWN = f"""
    SELECT s.row, 'mcs_code', 'item_unknown', ARRAY[s.mcs_code::text]
    FROM {STAGED_COPY} s
    WHERE s.submission_id = %(submission)s
      AND NOT EXISTS (SELECT 1 FROM tracing_consumableitem i
                      WHERE i.unit_id = %(unit)s AND i.mcs_code = s.mcs_code
                        AND i.voided_at IS NULL)"""

# Codes that came since, and that would lose their consumable.
ITEM_HAS_CODES = """coalesce((
    SELECT true FROM tracing_tracecode c
    WHERE c.unit_id = %(unit)s AND c.is_consumable AND c.med_list_codg = u.mcs_code
      AND (c.udi_di = u.present ->> 'udi_di' OR c.udi_di IS NULL)
      AND c.voided_at IS NULL AND c.uploaded_at >= u.since AND NOT u.returns
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
