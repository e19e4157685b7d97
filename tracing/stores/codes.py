"""追溯码信息 of any family: the rules against the database, and how rows are stored."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection

from tracing.records.bindings import titled
from tracing.records.shapes import KEPT_LEVELS, LEVEL_COLUMNS, SERIAL
from tracing.records.words import CONSUMABLES, DRUGS
from tracing.stores import (
    box_counts,
    boxes,
    empty_boxes,
    membership,
    other_goods,
    prefixes,
    told_before,
)
from tracing.stores.changes import Fresh, codes_change
from tracing.stores.local_times import earlier, written_date
from tracing.stores.lookups import rows_by
from tracing.stores.models_codes import OF_CONSUMABLES
from tracing.stores.printed import against_batches
from tracing.stores.row_faults import Found, Parameters, RowFault, row_faults
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.store import UNDOING, Rules, StagedRows, Store
from tracing.stores.target import FREE, Counts, Target, same_names

ALL_CODES = f"""
    SELECT unnest(ARRAY[{", ".join(LEVEL_COLUMNS)}]) FROM {STAGED_COPY}
    WHERE submission_id = %(submission)s"""

# Staged smallest packs that the tables hold already: the unit's own or nobody's, other units', and
# boxes.
KNOWN_PACKS = f"""
    SELECT count(*) FILTER (WHERE t.unit_id = %(unit)s OR {FREE}),
           count(*) FILTER (WHERE t.unit_id <> %(unit)s AND NOT {FREE}),
           (SELECT count(*) FROM {STAGED_COPY} s JOIN tracing_pack p ON p.code = s.lv1_trac_code
            WHERE s.submission_id = %(submission)s)
    FROM {STAGED_COPY} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s"""

# A smallest pack that another unit owns, as a pack or as a box.
CODE_TAKEN = f"""
    SELECT s.row, 'lv1_trac_code', 'owned_by_other', ARRAY[s.lv1_trac_code::text]
    FROM {STAGED_COPY} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND t.unit_id <> %(unit)s AND NOT {FREE}
    UNION ALL
    SELECT s.row, 'lv1_trac_code', 'owned_by_other', ARRAY[s.lv1_trac_code::text]
    FROM {STAGED_COPY} s JOIN tracing_pack p ON p.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND p.unit_id <> %(unit)s"""

# Codes that are nobody's any more become the unit's as if nobody had ever had them; what they were
# stays in the history of who had them.
LET_GO = f"""
    DELETE FROM tracing_tracecode t USING {STAGED_COPY} s
    WHERE s.submission_id = %(submission)s AND t.code = s.lv1_trac_code
      AND t.unit_id <> %(unit)s AND {FREE}"""

# Looked up once per batch and mapping, of which a file of 100,000 rows has a few.
MAPPINGS = f"""
    SELECT m.trac_codg_sn, m.med_list_codg, m.prod_code,
           b.unit_id IS NOT NULL, b.med_list_codg, b.prod_code, b.family,
           m.stored < b.manu_date
    FROM (SELECT trac_codg_sn, med_list_codg, prod_code, min(stoin_time) AS stored
          FROM {STAGED_COPY}
          WHERE submission_id = %(submission)s
          GROUP BY trac_codg_sn, med_list_codg, prod_code) m
    LEFT JOIN tracing_drugbatch b ON b.unit_id = %(unit)s
         AND b.trac_codg_sn = m.trac_codg_sn AND b.voided_at IS NULL"""

ROWS_OF_MAPPINGS = f"""
    SELECT trac_codg_sn, med_list_codg, prod_code, array_agg(row) FROM {STAGED_COPY}
    WHERE submission_id = %(submission)s
    GROUP BY trac_codg_sn, med_list_codg, prod_code"""

# Rows of batches of which some were stored before they were made.
STORED_EARLY = f"""
    SELECT s.row, 'stoin_time', 'stored_before_production',
           ARRAY[{written_date("s.stoin_time")}, {written_date("b.manu_date")}]
    FROM {STAGED_COPY} s JOIN tracing_drugbatch b
         ON b.unit_id = %(unit)s AND b.trac_codg_sn = s.trac_codg_sn AND b.voided_at IS NULL
    WHERE {earlier("s.stoin_time", "b.manu_date")}"""


class Mapped(NamedTuple):
    """A batch with a mapping of its staged codes, and what is known of the batch: `early` says that
    some were stored before it was made.
    """

    trac_codg_sn: str
    med_list_codg: str
    prod_code: str
    known: bool
    batch_med_list_codg: str | None
    batch_prod_code: str | None
    family: str | None
    early: bool | None


# A code that the unit uploaded as one of the other kind of goods.
CODE_OF_OTHER_GOODS = f"""
    SELECT s.row, 'lv1_trac_code', 'code_of_other_goods',
           ARRAY[s.lv1_trac_code::text, CASE WHEN t.is_consumable
                THEN '{CONSUMABLES}' ELSE '{DRUGS}' END]
    FROM {STAGED_COPY} s JOIN tracing_tracecode t ON t.code = s.lv1_trac_code
    WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
      AND t.voided_at IS NULL AND t.is_consumable <> %(is_consumable)s"""


def _levels(side: str) -> str:
    """The codes of an undone row `u` at all levels, as it is (`present`) or was (`image`)."""
    return ", ".join(f"u.{side} ->> '{level}'" for level in KEPT_LEVELS)


# What its owner or a unit of its chain told since of the code or of a box around it, where it does
# not stay. What strangers tell bars nothing: anybody can tell of any code.
TOLD_SINCE = f"""u.row IN (
    WITH told AS MATERIALIZED (
        SELECT DISTINCT u.row, u.code, e.unit_id AS teller
        FROM {UNDOING} u CROSS JOIN LATERAL unnest(ARRAY[{_levels("present")}]) levels (code)
        CROSS JOIN LATERAL {rows_by("tracing_traceevent", code="levels.code")} e
        WHERE u.why IS NULL AND e.voided_at IS NULL AND e.uploaded_at >= u.since
          AND (NOT u.returns OR e.code NOT IN (
               SELECT level FROM unnest(ARRAY[{_levels("image")}]) level
               WHERE level IS NOT NULL))),
    placed AS (
        SELECT u.code, u.unit_id AS owner, u.present ->> 'lv2_trac_code' AS middle,
               u.present ->> 'lv3_trac_code' AS large
        FROM {UNDOING} u WHERE u.row IN (SELECT row FROM told)),
    {membership.chain("%(lifted)s")}
    SELECT told.row FROM told JOIN chain ON chain.code = told.code
    JOIN accounts_unit t ON t.id = told.teller AND t.uscc = ANY(chain.members))"""


class CodesStore(Store):
    """How a record's rows become smallest packs and their boxes."""

    # What the goods are.
    CONSUMABLE = False
    PRODUCT = "prod_code"
    returns_are_checked = True
    codes_of_undoing = f"""
        SELECT DISTINCT levels.code FROM {UNDOING} u CROSS JOIN LATERAL unnest(
            ARRAY[{_levels("present")}, {_levels("image")}]) levels (code)
        WHERE levels.code IS NOT NULL"""

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
            constants={
                "quantity": "1",
                "is_consumable": "false",
                **dict.fromkeys(OF_CONSUMABLES, "NULL"),
            },
        )

    def codes(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
        """Every code of the rows, at all levels."""
        return chain(*(values[name] for name in LEVEL_COLUMNS))

    def rules(self, staged: StagedRows) -> Rules:
        """Codes are the unit's own, and boxes hold together. What a check found lately holds."""
        if staged.codes_unchanged:
            return Rules([])
        with connection.cursor() as cursor:
            cursor.execute(KNOWN_PACKS, self.parameters(staged))
            known, of_others, known_boxes = cursor.fetchone()
        taken = [CODE_TAKEN] if of_others or known_boxes else []
        if known:
            taken.append(CODE_OF_OTHER_GOODS)
        of_boxes = boxes.rules(
            staged.submission,
            staged.unit,
            product=self.PRODUCT,
            packs_are_boxes=bool(known_boxes),
            rounds=staged.rounds,
        )
        remarks = self._remarks(self.parameters(staged)) if staged.remarks else []
        return Rules([*taken, *of_boxes, *remarks], known + known_boxes)

    def _remarks(self, parameters: Parameters) -> list[str]:
        """What boxes and prefixes say against others, of the boxes gathered, and what was told of
        the codes before, also as other goods. Prefixes are those of drugs: a UDI names its product
        by its DI.
        """
        of_prefixes = [] if self.CONSUMABLE else prefixes.rules(parameters)
        of_events = told_before.of_codes(parameters, dated=self.CONSUMABLE)
        of_goods = other_goods.of_codes(consumable=self.CONSUMABLE, parameters=parameters)
        return [*box_counts.rules(parameters), *of_prefixes, *of_events, *of_goods]

    def parameters(self, staged: StagedRows) -> Parameters:
        """As for any record, and what the goods are."""
        return {**super().parameters(staged), "is_consumable": self.CONSUMABLE}

    def find_faults(self, staged: StagedRows) -> Found:
        """As for any record, and rows whose product is not there yet, or says something else."""
        found = super().find_faults(staged)
        faults = [boxes.in_words(fault, self.binding.record) for fault in found.faults]
        return Found([*self.against_products(self.parameters(staged)), *faults], found.known)

    def against_products(self, parameters: Parameters) -> list[RowFault]:
        """Rows whose batch is not there yet, or says something else, as a printed code may too."""
        return [*self._against_batches(parameters), *against_batches(parameters)]

    def _against_batches(self, parameters: Parameters) -> list[RowFault]:
        """Rows whose batch is not there yet, or says something else."""
        with connection.cursor() as cursor:
            cursor.execute(MAPPINGS, parameters)
            mappings = [Mapped._make(row) for row in cursor]
        found = {m[:3]: problems for m in mappings if (problems := self._problems(m))}
        early = row_faults(STORED_EARLY, parameters) if any(m.early for m in mappings) else []
        if not found:
            return early
        with connection.cursor() as cursor:
            cursor.execute(ROWS_OF_MAPPINGS, parameters)
            return early + [
                RowFault(row, *problem)
                for batch, med_list, product, rows in cursor
                for problem in found.get((batch, med_list, product), ())
                for row in rows
            ]

    def _problems(self, mapped: Mapped) -> list[tuple[str, str, tuple[str, ...]]]:
        """What is wrong with a mapping: column, fault and details."""
        if not mapped.known:
            return [(SERIAL, "batch_unknown", (mapped.trac_codg_sn,))]
        found: list[tuple[str, str, tuple[str, ...]]] = []
        if mapped.med_list_codg != mapped.batch_med_list_codg:
            detail = (mapped.med_list_codg, str(mapped.batch_med_list_codg))
            found.append(("med_list_codg", "med_list_differs", detail))
        if mapped.prod_code != mapped.batch_prod_code:
            detail = (mapped.prod_code, str(mapped.batch_prod_code))
            found.append(("prod_code", "prod_code_differs", detail))
        own = self.binding.record.family
        if mapped.family not in (None, own):
            families = titled(str(mapped.family)), titled(own)
            found.append((SERIAL, "batch_of_other_family", (mapped.trac_codg_sn, *families)))
        return found

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert codes and their boxes, and what is kept beside them."""
        fresh = Fresh(self.STAGED, submission, now) if none_known else None
        with codes_change(unit, ALL_CODES, {"submission": submission}, fresh=fresh):
            if not none_known:
                with connection.cursor() as cursor:
                    cursor.execute(LET_GO, {"submission": submission, "unit": unit})
            boxes.store(submission, unit, now, product=self.PRODUCT, none_known=none_known)
            counts = self.TARGET.store(submission, unit, now, none_known=none_known)
            if not self.CONSUMABLE:
                prefixes.store({"submission": submission, "unit": unit})
            return counts

    def beside(
        self, unit: int, codes: str, parameters: Parameters, listing: Callable[[], object]
    ) -> AbstractContextManager[None]:
        """Counters and links follow."""
        return codes_change(unit, codes, parameters)

    @property
    def bars(self) -> Mapping[str, str]:
        """What its chain told of a code since speaks of it as it is."""
        return {"told_since": TOLD_SINCE}

    def make_room(self, submission: uuid.UUID, unit: int, now: datetime) -> None:
        """Codes come back into their boxes."""
        boxes.store(submission, unit, now, product=self.PRODUCT, none_known=False)

    def tidy(self, submission: uuid.UUID, unit: int) -> None:
        """Boxes that the upload brought go with the last code in them."""
        empty_boxes.remove(submission, unit)
