"""药品信息 of any family: the rules against the database, and how rows are stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tracing.records.bindings import of_shape, titled
from tracing.records.shapes import SERIAL, Shape
from tracing.stores import told_before
from tracing.stores.lookups import rows_by
from tracing.stores.printed import against_codes
from tracing.stores.row_faults import Found
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.store import Rules, StagedRows, Store
from tracing.stores.target import Target, same_names

# Codes that came since, and that would lose their batch, or disagree with it.
HAS_CODES = """coalesce((
    SELECT true FROM tracing_tracecode c
    WHERE c.unit_id = %(unit)s AND c.trac_codg_sn = u.trac_codg_sn AND c.voided_at IS NULL
      AND c.uploaded_at >= u.since
      AND (NOT u.returns OR ROW(c.med_list_codg, c.prod_code) IS DISTINCT FROM
           ROW(u.image ->> 'med_list_codg', u.image ->> 'prod_code'))
    LIMIT 1), false)"""


class ProductStore(Store):
    """How a record's rows become batches of its family."""

    @cached_property
    def TARGET(self) -> Target:
        """How they are kept."""
        record = self.binding.record
        own = [column.name for column in record.columns]
        others = {c.name for other in of_shape(Shape.PRODUCT) for c in other.record.columns}
        return Target(
            table="tracing_drugbatch",
            named=SERIAL,
            key={SERIAL: f"s.{SERIAL}"},
            columns={
                **same_names(name for name in own if name not in record.key),
                # What other families alone say is gone where the batch was of one before.
                **dict.fromkeys(sorted(others.difference(own)), "NULL"),
                "family": f"'{record.family}'::varchar",
            },
            unit_in_key=True,
        )

    def rules(self, staged: StagedRows) -> Rules:
        """A batch says what its codes say. They only remark: were it a fault, a maker who gave both
        the batch and its codes a wrong value could correct neither.
        """
        if not staged.remarks:
            return Rules([])
        family = self.binding.record.family
        told = told_before.of_batches(family, self.parameters(staged))
        return Rules([*told, self._changes_family])

    def find_faults(self, staged: StagedRows) -> Found:
        """As for any record, and batches of which their codes name another lot or last day."""
        found = super().find_faults(staged)
        printed = against_codes(self.parameters(staged)) if staged.remarks else []
        return Found([*found.faults, *printed], found.known)

    @property
    def _changes_family(self) -> str:
        """A rule: batches that were of another family, whose own facts go."""
        record = self.binding.record
        batch = rows_by("tracing_drugbatch", unit_id="%(unit)s", trac_codg_sn=f"s.{SERIAL}")
        others = [other.record for other in of_shape(Shape.PRODUCT) if other.record is not record]
        words = " ".join(f"WHEN '{each.family}' THEN '{titled(each.family)}'" for each in others)
        own = {column.name for column in record.columns}
        going = {c.name: c.label for each in others for c in each.columns if c.name not in own}
        facts = "NULL" + "".join(
            f", CASE WHEN b.{name} IS NOT NULL THEN '{label}' END" for name, label in going.items()
        )
        return f"""
            SELECT s.row, '{SERIAL}', 'batch_changes_family',
                   ARRAY[s.{SERIAL}::text, CASE b.family {words} ELSE b.family END::text,
                         '{titled(record.family)}',
                         coalesce('原有的' || nullif(concat_ws('、', {facts}), '')
                                  || '不再保留', '原有的各列都由本行替换')]
            FROM {STAGED_COPY} s CROSS JOIN LATERAL {batch} b
            WHERE b.voided_at IS NULL AND b.family <> '{record.family}'"""

    @property
    def bars(self) -> Mapping[str, str]:
        """Codes that came since stand on their batch."""
        return {"has_codes": HAS_CODES}
