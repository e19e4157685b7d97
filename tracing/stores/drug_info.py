"""药品信息 of any family: the rules against the database, and how rows are stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tracing.records.shapes import SERIAL, Binding
from tracing.stores import staged_copy
from tracing.stores.staged_copy import LOOK
from tracing.stores.target import Counts, Found, Target, row_faults, same_names
from tracing.uploads.models_staging import staging_table

# Codes that came first and say something else. A warning: were it a fault, a maker who gave
# both the batch and its codes a wrong value could correct neither.
CODES_DIFFER = f"""
    SELECT s.row, 'med_list_codg', 'batch_differs_from_codes',
           ARRAY[s.med_list_codg || ' ' || s.prod_code, t.med_list_codg || ' ' || t.prod_code]
    FROM {LOOK} s JOIN LATERAL (
        SELECT med_list_codg, prod_code FROM tracing_tracecode t
        WHERE t.unit_id = %(unit)s AND t.trac_codg_sn = s.trac_codg_sn AND t.voided_at IS NULL
          AND (t.med_list_codg <> s.med_list_codg OR t.prod_code <> s.prod_code)
        ORDER BY code LIMIT 1) t ON true
    WHERE s.submission_id = %(submission)s"""


@dataclass(frozen=True, eq=False)
class ProductStore:
    """How a record's rows become batches of its family."""

    binding: Binding

    @property
    def STAGED(self) -> str:
        """The table that stages them."""
        return staging_table(self.binding.record)

    @cached_property
    def TARGET(self) -> Target:
        """How they are kept."""
        record = self.binding.record
        return Target(
            table="tracing_drugbatch",
            named=SERIAL,
            key={SERIAL: f"s.{SERIAL}"},
            columns={
                **same_names(c.name for c in record.columns if c.name not in record.key),
                "family": f"'{record.family}'::varchar",
            },
            unit_in_key=True,
        )

    def codes(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
        """None: batches share no key with another unit's, the unit's own lock is enough."""
        return iter(())

    def find_faults(
        self,
        submission: uuid.UUID,
        unit: int,
        *,
        rounds: int,
        stored_rounds: int,
        codes_unchanged: bool,
    ) -> Found:
        """What the database says of the staged rows: faults and warnings."""
        staged_copy.take(self.STAGED, submission)
        statements = [CODES_DIFFER]
        if rounds > 1:
            statements.append(self.TARGET.same_key_twice)
        if stored_rounds:
            statements.append(self.TARGET.stored_by_this_submission)
        parameters = {"submission": submission, "unit": unit}
        faults = [fault for rule in statements for fault in row_faults(rule, parameters)]
        return Found(faults, known=None)

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert batches."""
        return self.TARGET.store(submission, unit, now, none_known=none_known)
