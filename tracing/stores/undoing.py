"""撤销: the rows that an upload wrote go back to what they were before it, as if it had never been.

What a row was before, is the newest before-image that neither this upload wrote nor one that is
undone already; a row without such an image was created here, and is voided. A row stays as it is
where something was built on it, or where what it was contradicts what is there now. So after an
undo no row carries the upload's id. See docs/adr/0029.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db import connection

from tracing.core.advisory_locks import take_unit_and_record
from tracing.core.fault_levels import level_of
from tracing.records.fault_kind import Severity
from tracing.stores import buckets, counted_tables, membership, row_key, unit_codes
from tracing.stores.kept_columns import columns_of_table, kept_columns
from tracing.stores.row_faults import Parameters
from tracing.stores.store import UNDOING, StagedRows, Store
from tracing.stores.target import ROWS_LEAVE, UNDONE, Target
from tracing.stores.voiding import changed_together

# As many rows that are not reversed are kept one by one, with why.
MOST_LISTED = 100

# Why a row stays, beside what its store says: the upload no longer has it (by the cause in its
# history), or a later upload says the same. FAULT: what the row was is refused today.
SINCE = {"replaced": "replaced_since", "voided": "voided_since", "moved": "moved_since"}
SAID_AGAIN, FAULT = "said_again", "fault"

# The earliest of the later uploads that found the row `u` as it says it now.
REPEATED = """
    SELECT r.submission_id FROM tracing_repeatedrow r
    JOIN tracing_submission y ON y.id = r.submission_id
    WHERE r."table" = %(table)s AND r.key = ANY(ARRAY[u.key, u.key_once]) AND r.unit_id = %(unit)s
      AND r.at > u.since AND y.id <> %(submission)s AND y.state <> 'undone'
    ORDER BY r.id LIMIT 1"""

COUNTS = f"""
    SELECT count(*) FILTER (WHERE why IS NULL AND NOT returns),
           count(*) FILTER (WHERE why IS NULL AND returns)
    FROM {UNDOING}"""

_STAYING = f"{UNDOING} WHERE why IS NOT NULL"
REASONS = f"SELECT why, count(*) FROM {_STAYING} GROUP BY why"
LISTED = f"SELECT key, why, detail FROM {_STAYING} ORDER BY row LIMIT {MOST_LISTED}"

HISTORY = f"""
    INSERT INTO tracing_rowhistory ("table", key, unit_id, cause, before, submission_id, at)
    SELECT %(table)s, key, %(unit)s, 'undone', present, %(submission)s, %(now)s
    FROM {UNDOING} WHERE why IS NULL"""

LEAVE = f"""
    UPDATE tracing_submission s SET {ROWS_LEAVE}
    FROM (SELECT count(*) AS rows FROM {UNDOING}) d WHERE s.id = %(left)s"""

# Rows that come back to the upload that wrote them, or go to the one that said them again.
ARRIVE = f"""
    UPDATE tracing_submission s SET live_rows = s.live_rows + d.rows
    FROM (SELECT writer, count(*) AS rows FROM (
              SELECT (image ->> 'submission_id')::uuid AS writer FROM {UNDOING}
              WHERE why IS NULL AND returns
              UNION ALL
              SELECT kept_by FROM {UNDOING} WHERE why IS NOT NULL) given
          WHERE writer IS NOT NULL GROUP BY writer) d
    WHERE s.id = d.writer"""


class Stays(NamedTuple):
    """A row that is not reversed: its key, the reason, and what the reason's words need."""

    key: str
    why: str
    detail: Any


@dataclass(frozen=True)
class Outcome:
    """What an undo did, or would do: rows voided and given back, and those that stay, by reason."""

    voided: int
    restored: int
    stay: Mapping[str, int]
    first: list[Stays] = field(default_factory=list)


@dataclass(frozen=True)
class Undo:
    """The undo of one upload's rows of a record."""

    store: Store
    submission: uuid.UUID
    unit: int

    @cached_property
    def target(self) -> Target:
        """Where the rows are."""
        return self.store.TARGET

    @property
    def parameters(self) -> Parameters:
        """What the statements are told."""
        named = {"submission": self.submission, "unit": self.unit, "table": self.target.table}
        return {**named, "lifted": membership.lifted()}

    def plan(self) -> Outcome:
        """Say what `run` would do; what today's rules say of rows that come back is not asked."""
        self._gather()
        return self._outcome()

    def run(self, now: datetime) -> Outcome:
        """Reverse what can be reversed. Holds the unit's rows and the buckets of their codes."""
        for code in changed_together(self.store.binding.record.code):
            take_unit_and_record(self.unit, code)
        self._gather()
        codes = self.store.codes_of_undoing
        if codes:
            # Uploads that were checked before this are checked again when they are confirmed.
            buckets.lock(sorted(buckets.buckets_of(_column(codes, {}))))
        undone = f"SELECT code FROM {UNDOING} WHERE why IS NULL"
        listing = partial(unit_codes.relist, undone, self.submission, self.unit, now)
        mine = uuid.uuid4()
        parameters = {**self.parameters, "now": now, "left": self.submission}
        with self.store.beside(self.unit, codes, {}, listing):
            self._execute(self._void(), {**parameters, "reason": UNDONE})
            self._execute(self._give_back("NOT u.returns"), parameters)
            self._check_returning(mine, now)
            self._execute(self._give_back("u.returns"), parameters)
            self.store.tidy(self.submission, self.unit)
            self._execute(HISTORY, parameters)
            self._execute(self._pass_on(), {**parameters, "mine": mine})
        # Nothing of its rows is its own any more, whoever they belong to.
        self._execute(LEAVE, {**parameters, "submission": None})
        self._execute(ARRIVE, parameters)
        return self._outcome()

    def _gather(self) -> None:
        """The upload's rows as they are, as they were before it, and why some of them stay."""
        counted_tables.make(UNDOING, self._rows(), self.parameters)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                UPDATE {UNDOING} u SET why = %(why)s, kept_by = again.submission_id
                FROM (SELECT u.row, ({REPEATED}) AS submission_id FROM {UNDOING} u) again
                WHERE again.row = u.row AND again.submission_id IS NOT NULL""",
                {**self.parameters, "why": SAID_AGAIN},
            )
            # A bar may ask what becomes of the other rows, so those that stay are known before it.
            for why, condition in self.store.bars.items():
                cursor.execute(
                    f"UPDATE {UNDOING} u SET why = %(why)s WHERE why IS NULL AND {condition}",
                    {**self.parameters, "why": why},
                )

    def _rows(self) -> str:
        keys = ", ".join(f"t.{name}" for name in self.target.key)
        same = f"""h."table" = %(table)s AND {row_key.in_history(self.target.key)}
                   AND h.unit_id = %(unit)s"""
        return f"""
            SELECT row_number() OVER (ORDER BY {keys})::integer AS row,
                   {self.target.key_text} AS key,
                   {row_key.of_row_once(self.target.key)} AS key_once,
                   {keys}, t.unit_id, to_jsonb(t) AS present,
                   before.image, before.image IS NOT NULL
                   AND before.image ->> 'voided_at' IS NULL AS returns,
                   coalesce(first.at, t.uploaded_at) AS since,
                   NULL::text AS why, NULL::jsonb AS detail, NULL::uuid AS kept_by
            FROM {self.target.table} t
            LEFT JOIN LATERAL (
                SELECT h.before AS image FROM tracing_rowhistory h
                WHERE {same} AND h.before ->> 'submission_id' IS DISTINCT FROM %(submission)s::text
                  AND NOT EXISTS (SELECT 1 FROM tracing_submission other
                                  WHERE other.id = (h.before ->> 'submission_id')::uuid
                                    AND other.state = 'undone')
                ORDER BY h.id DESC LIMIT 1) before ON true
            LEFT JOIN LATERAL (
                SELECT min(h.at) AS at FROM tracing_rowhistory h
                WHERE {same} AND h.submission_id = %(submission)s) first ON true
            WHERE t.submission_id = %(submission)s AND t.unit_id = %(unit)s
              AND t.voided_at IS NULL"""

    @property
    def _join(self) -> str:
        # The unit as a column, for a condition on `t` alone would make it seem to be one row.
        return " AND ".join(f"t.{name} = u.{name}" for name in (*self.target.key, "unit_id"))

    def _void(self) -> str:
        return f"""
            UPDATE {self.target.table} t SET voided_at = %(now)s, void_reason = %(reason)s
            FROM {UNDOING} u WHERE u.why IS NULL AND u.image IS NULL AND {self._join}"""

    @property
    def _before(self) -> str:
        """The stored row as it was, as `r`; a column that came later keeps its value."""
        return f"""CROSS JOIN LATERAL
            jsonb_populate_record(NULL::{self.target.table}, u.present || u.image) r"""

    def _give_back(self, which: str) -> str:
        names = ", ".join(columns_of_table(self.target.table) - {*self.target.key, "unit_id"})
        values = ", ".join(f"r.{name}" for name in names.split(", "))
        return f"""
            UPDATE {self.target.table} t SET ({names}) = ROW({values})
            FROM {UNDOING} u {self._before}
            WHERE u.why IS NULL AND u.image IS NOT NULL AND {which} AND {self._join}"""

    def _pass_on(self) -> str:
        """Rows that stay belong to the upload that said them again, or to none."""
        return f"""
            UPDATE {self.target.table} t SET submission_id = coalesce(u.kept_by, %(mine)s)
            FROM {UNDOING} u WHERE u.why IS NOT NULL AND {self._join}"""

    def _check_returning(self, mine: uuid.UUID, now: datetime) -> None:
        """Ask the rules against the database about rows that come back, as about an upload's.

        A row that they refuse stays as it is, and may be what another one needed.
        """
        if not self.store.returns_are_checked:
            return
        self._execute(self._stage(), {"mine": mine})
        staged = StagedRows(
            mine, self.unit, rounds=2, stored_rounds=0, codes_unchanged=False, remarks=False
        )
        while faults := {
            fault.row: fault
            for fault in self.store.find_faults(staged).faults
            if level_of(fault.code) is Severity.ERROR
        }:
            said = [json.dumps(fault[1:], ensure_ascii=False) for fault in faults.values()]
            self._execute(
                f"""
                UPDATE {UNDOING} u SET why = %(why)s, detail = found.detail::jsonb
                FROM unnest(%(rows)s::integer[], %(said)s::text[]) found (row, detail)
                WHERE u.row = found.row""",
                {"why": FAULT, "rows": list(faults), "said": said},
            )
            self._unstage(mine, "AND row = ANY(%(rows)s)", {"rows": list(faults)})
        self.store.make_room(mine, self.unit, now)
        self._unstage(mine)

    def _stage(self) -> str:
        """The rows that come back among the staged ones, each at its number here."""
        pairs = kept_columns(self.target).items()
        return f"""
            INSERT INTO {self.store.STAGED} (submission_id, row, {", ".join(n for n, _ in pairs)})
            SELECT %(mine)s, u.row, {", ".join(f"r.{name}" for _, name in pairs)}
            FROM {UNDOING} u {self._before} WHERE u.why IS NULL AND u.returns"""

    def _unstage(self, mine: uuid.UUID, only: str = "", more: Parameters | None = None) -> None:
        statement = f"DELETE FROM {self.store.STAGED} WHERE submission_id = %(mine)s {only}"
        self._execute(statement, {"mine": mine, **(more or {})})

    @property
    def gone(self) -> str:
        """Rows that others changed since; those that came back to it are among its rows."""
        return f"""
            SELECT DISTINCT ON (g.key) g.key, g.cause
            FROM (SELECT {row_key.of_image(self.target.key)} AS key, h.cause, h.id
                  FROM tracing_rowhistory h
                  WHERE h.before ->> 'submission_id' = %(submission)s::text
                    AND h."table" = %(table)s AND h.unit_id = %(unit)s
                    AND h.cause = ANY(%(causes)s)
                    AND h.submission_id IS DISTINCT FROM %(submission)s) g
            WHERE NOT EXISTS (SELECT 1 FROM {UNDOING} u WHERE u.key = g.key)
            ORDER BY g.key, g.id"""

    def _outcome(self) -> Outcome:
        with connection.cursor() as cursor:
            cursor.execute(COUNTS)
            voided, restored = cursor.fetchone()
            cursor.execute(REASONS)
            stay: dict[str, int] = dict(cursor.fetchall())
            cursor.execute(LISTED)
            first = [Stays(key, why, detail and json.loads(detail)) for key, why, detail in cursor]
            gone = {**self.parameters, "causes": list(SINCE)}
            cursor.execute(f"SELECT cause, count(*) FROM ({self.gone}) gone GROUP BY 1", gone)
            stay |= {SINCE[cause]: count for cause, count in cursor}
            cursor.execute(f"{self.gone} LIMIT {MOST_LISTED - len(first)}", gone)
            first += [Stays(key, SINCE[cause], None) for key, cause in cursor]
        return Outcome(voided, restored, stay, first)

    @staticmethod
    def _execute(statement: str, parameters: Parameters) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)


def _column(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [value for (value,) in cursor]
