"""追溯码信息 of any family: the rules against the database, and how rows are stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connection

from tracing.records.shapes import Binding
from tracing.stores import boxes, staged_copy
from tracing.stores.changes import Fresh, codes_change
from tracing.stores.staged_copy import LOOK
from tracing.stores.target import (
    Counts,
    Found,
    Parameters,
    RowFault,
    Target,
    row_faults,
    same_names,
)
from tracing.uploads.models_staging import staging_table

LEVEL_COLUMNS = ("lv1_trac_code", "lv2_trac_code", "lv3_trac_code")

ALL_CODES = f"""
    SELECT unnest(ARRAY[{", ".join(LEVEL_COLUMNS)}]) FROM {LOOK}
    WHERE submission_id = %(submission)s"""

# Staged smallest packs that the tables hold already: the unit's own, other units', and boxes.
KNOWN_PACKS = f"""
    SELECT count(*) FILTER (WHERE t.unit_id = %(unit)s),
           count(*) FILTER (WHERE t.unit_id <> %(unit)s),
           (SELECT count(*) FROM {LOOK} s JOIN tracing_pack p ON p.code = s.lv1_trac_code
            WHERE s.submission_id = %(submission)s)
    FROM {LOOK} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s"""

# A smallest pack that another unit owns, as a pack or as a box.
CODE_TAKEN = f"""
    SELECT s.row, 'lv1_trac_code', 'owned_by_other', ARRAY[s.lv1_trac_code::text]
    FROM {LOOK} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND t.unit_id <> %(unit)s
    UNION ALL
    SELECT s.row, 'lv1_trac_code', 'owned_by_other', ARRAY[s.lv1_trac_code::text]
    FROM {LOOK} s JOIN tracing_pack p ON p.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND p.unit_id <> %(unit)s"""

# Looked up once per batch and mapping, of which a file of 100,000 rows has a few.
MAPPINGS = f"""
    SELECT m.trac_codg_sn, m.med_list_codg, m.prod_code,
           b.unit_id IS NOT NULL, b.med_list_codg, b.prod_code
    FROM (SELECT trac_codg_sn, med_list_codg, prod_code FROM {LOOK}
          WHERE submission_id = %(submission)s
          GROUP BY trac_codg_sn, med_list_codg, prod_code) m
    LEFT JOIN tracing_drugbatch b ON b.unit_id = %(unit)s
         AND b.trac_codg_sn = m.trac_codg_sn AND b.voided_at IS NULL"""

ROWS_OF_MAPPINGS = f"""
    SELECT trac_codg_sn, med_list_codg, prod_code, array_agg(row) FROM {LOOK}
    WHERE submission_id = %(submission)s
    GROUP BY trac_codg_sn, med_list_codg, prod_code"""


@dataclass(frozen=True, eq=False)
class CodesStore:
    """How a record's rows become smallest packs and their boxes."""

    binding: Binding

    @property
    def STAGED(self) -> str:
        """The table that stages them."""
        return staging_table(self.binding.record)

    @cached_property
    def TARGET(self) -> Target:
        """How the smallest packs are kept."""
        record = self.binding.record
        names = (c.name for c in record.columns if c.name not in record.key)
        return Target(
            table="tracing_tracecode",
            named="lv1_trac_code",
            key={"code": "s.lv1_trac_code"},
            columns=same_names((*names, "system")),
            constants={"quantity": "1"},
        )

    def codes(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
        """Every code of the rows, at all levels."""
        return chain(*(values[name] for name in LEVEL_COLUMNS))

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
        parameters: Parameters = {"submission": submission, "unit": unit}
        statements: list[str] = []
        known: int | None = None
        staged_copy.take(self.STAGED, submission)
        if not codes_unchanged:
            with connection.cursor() as cursor:
                cursor.execute(KNOWN_PACKS, parameters)
                known, of_others, known_boxes = cursor.fetchone()
            known += known_boxes
            if of_others or known_boxes:
                statements.append(CODE_TAKEN)
            statements += boxes.rules(
                submission, unit, packs_are_boxes=bool(known_boxes), rounds=rounds
            )
        if rounds > 1:
            statements.append(self.TARGET.same_key_twice)
        if stored_rounds:
            statements.append(self.TARGET.stored_by_this_submission)
        record = self.binding.record
        found = [fault for rule in statements for fault in row_faults(rule, parameters)]
        faults = [boxes.in_words(fault, record) for fault in found]
        return Found([*_against_batches(submission, unit), *faults], known)

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert codes and their boxes, and what is kept beside them."""
        fresh = Fresh(self.STAGED, submission, now) if none_known else None
        with codes_change(unit, ALL_CODES, {"submission": submission}, fresh=fresh):
            boxes.store(submission, unit, now, none_known=none_known)
            return self.TARGET.store(submission, unit, now, none_known=none_known)


def _against_batches(submission: uuid.UUID, unit: int) -> list[RowFault]:
    """Rows whose batch is not there yet, or says something else."""
    with connection.cursor() as cursor:
        cursor.execute(MAPPINGS, {"submission": submission, "unit": unit})
        problems = {
            (batch, med_list, product): found
            for batch, med_list, product, *of_batch in cursor
            if (found := _problems(batch, med_list, product, *of_batch))
        }
        if not problems:
            return []
        cursor.execute(ROWS_OF_MAPPINGS, {"submission": submission})
        return [
            RowFault(row, *problem)
            for batch, med_list, product, rows in cursor
            for problem in problems.get((batch, med_list, product), ())
            for row in rows
        ]


def _problems(
    batch: str,
    med_list: str,
    product: str,
    known: bool,
    batch_med_list: str | None,
    batch_product: str | None,
) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is wrong with a mapping: column, fault and details."""
    if not known:
        return [("trac_codg_sn", "batch_unknown", (batch,))]
    found: list[tuple[str, str, tuple[str, ...]]] = []
    if med_list != batch_med_list:
        found.append(("med_list_codg", "med_list_differs", (med_list, str(batch_med_list))))
    if product != batch_product:
        found.append(("prod_code", "prod_code_differs", (product, str(batch_product))))
    return found
