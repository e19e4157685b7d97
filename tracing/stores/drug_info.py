"""国产药信息: its rules against the database, and how its rows are stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tracing.records import RECORDS
from tracing.stores import staged_copy
from tracing.stores.staged_copy import LOOK
from tracing.stores.target import Counts, Found, Target, row_faults, same_names
from tracing.uploads.models_staging import staging_table

RECORD = RECORDS["domestic-drug-info"]
STAGED = staging_table(RECORD)

TARGET = Target(
    table="tracing_drugbatch",
    named="trac_codg_sn",
    key={"trac_codg_sn": "s.trac_codg_sn"},
    columns=same_names(c.name for c in RECORD.columns if c.name not in RECORD.key),
    unit_in_key=True,
    constants={"family": f"'{RECORD.family}'"},
)

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


def codes(values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
    """None: batches share no key with another unit's, the unit's own lock is enough."""
    return iter(())


def find_faults(
    submission: uuid.UUID, unit: int, *, rounds: int, stored_rounds: int, codes_unchanged: bool
) -> Found:
    """What the database says of the staged rows: faults and warnings."""
    staged_copy.take(STAGED, submission)
    statements = [CODES_DIFFER]
    if rounds > 1:
        statements.append(TARGET.same_key_twice)
    if stored_rounds:
        statements.append(TARGET.stored_by_this_submission)
    parameters = {"submission": submission, "unit": unit}
    faults = [fault for rule in statements for fault in row_faults(rule, parameters)]
    return Found(faults, known=None)


def store(submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
    """Upsert batches."""
    return TARGET.store(submission, unit, now, none_known=none_known)
