"""Storing staged rows in the table that keeps them: one shape of SQL for every record.

Rows are classified by a join before the upsert, because PostgreSQL's upsert does not tell a
replaced row from one it left alone. All statements run in the caller's transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, connection

from tracing.stores import row_key
from tracing.stores.lookups import rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY

# So long after an upload is stored its rows can be undone, and rows that later uploads merely
# repeat are remembered.
UNDOABLE_FOR = timedelta(hours=24)
# Why undone rows are voided. Such a row begins anew when it comes again.
UNDONE = "撤销上传"
# True where nobody has the row `t` any more: an upload brought it and was undone. Whoever brings it
# next has it.
FREE = f"(t.voided_at IS NOT NULL AND t.void_reason = '{UNDONE}')"

# What an upload `s` no longer has when `d.rows` of its live rows are replaced, voided or moved.
# Whatever changes stored rows says so in the same statement or transaction. A correction that
# replaces a row of its own submission takes nothing away from it.
ROWS_LEAVE = """live_rows = s.live_rows - d.rows,
    lost_rows = s.lost_rows
        + CASE WHEN s.id IS NOT DISTINCT FROM %(submission)s::uuid THEN 0 ELSE d.rows END"""

# True where a staged row `s` came in an error workbook. Where rows of several rounds contradict
# each other, such a row is the one to mend, not a row of the first file that was right before.
CORRECTED = """EXISTS (SELECT 1 FROM tracing_rejectedrow r
                       WHERE r.submission_id = s.submission_id AND r.row = s.row)"""


# What is done with a row that was compared.
RESULT = """CASE WHEN absent THEN 'created' WHEN changes THEN 'replaced' ELSE 'unchanged' END"""


class Counts(NamedTuple):
    """What storing did. The first three leave out rows that an earlier round stored and add
    up to the rest; `written` counts every row that now carries the submission's id.
    """

    created: int
    replaced: int
    unchanged: int
    written: int


class Classified(NamedTuple):
    """What storing does with staged rows. The first three leave out rows that an earlier round
    stored; `stored_before` counts those under whose key a row is stored.
    """

    created: int
    replaced: int
    unchanged: int
    to_write: int
    stored_before: int


class RaceLost(Exception):
    """A row came to belong to another unit between the checks and the upsert.

    The whole confirmation is taken back and begun again; its checks then name the row.
    """


@dataclass(frozen=True)
class Target:
    """Where a record's rows are kept.

    `key` and `columns` map the target's columns to SQL over the staged row `s`; what stands
    in `constants` is written too, but never tells a replaced row from an unchanged one. `named` is
    the record's column at which a fault about the key is shown. With `unit_in_key` each unit has
    rows of its own under the same key; otherwise a key has one owner.
    """

    table: str
    named: str
    key: dict[str, str]
    columns: dict[str, str]
    unit_in_key: bool = False
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def stored(self) -> str:
        """The stored row `t` of a staged row `s`, an item of FROM: each is looked up by itself, or
        all rows of the unit would be read where nobody has counted them.
        """
        unit = {"unit_id": "%(unit)s"} if self.unit_in_key else {}
        return f"LATERAL {rows_by(self.table, **self.key, **unit)} t"

    @property
    def differs(self) -> str:
        """True where the stored row `t` says something else than the staged row `s`."""
        kept = ", ".join(f"t.{name}" for name in self.columns)
        staged = ", ".join(self.columns.values())
        return f"ROW({kept}) IS DISTINCT FROM ROW({staged})"

    @property
    def key_text(self) -> str:
        """The key of the stored row `t` as history keeps it."""
        return row_key.of_row(self.key)

    @property
    def same_key_twice(self) -> str:
        """A rule: rows of different rounds under one key. Within one file the record's own check
        finds them. The row of the first file is right, a corrected one is wrong.
        """
        return f"""
            SELECT row, '{self.named}', 'duplicate_in_submission', ARRAY[named, first::text]
            FROM (SELECT s.row, s.{self.named}::text AS named, first_value(s.row) OVER (
                             PARTITION BY {", ".join(self.key.values())}
                             ORDER BY {CORRECTED}, s.row) AS first
                  FROM {STAGED_COPY} s
                  WHERE s.submission_id = %(submission)s) same
            WHERE row <> first"""

    @property
    def stored_by_this_submission(self) -> str:
        """A rule: rows whose key another row of the submission has stored."""
        return f"""
            SELECT s.row, '{self.named}', 'duplicate_stored', ARRAY[s.{self.named}::text]
            FROM {STAGED_COPY} s CROSS JOIN {self.stored}
            WHERE s.submission_id = %(submission)s AND NOT s.again
              AND t.submission_id = %(submission)s AND t.voided_at IS NULL"""

    def rules(self, rounds: int, stored_rounds: int) -> list[str]:
        """What rows of one submission may not say of another of its rows."""
        twice = [self.same_key_twice] if rounds > 1 else []
        return [*twice, *([self.stored_by_this_submission] if stored_rounds else [])]

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert the submission's staged rows, of which a look was taken; raises `RaceLost`.

        With `none_known` they need not be compared with stored rows first: all are new, and
        inserted without looking for conflicts, which takes a sixth of the time off.
        """
        parameters: Parameters = {
            "submission": submission,
            "unit": unit,
            "now": now,
            "table": self.table,
        }
        rows = self.classify(submission, unit, none_known=none_known)
        with connection.cursor() as cursor:
            if rows.stored_before:
                cursor.execute(self._before_images(), parameters)
                cursor.execute(self._leave_earlier_submissions(), parameters)
                if rows.unchanged:
                    cursor.execute(self._note_repeated(), parameters)
            try:
                cursor.execute(self._insert() if none_known else self._upsert(), parameters)
            except IntegrityError as error:
                raise RaceLost from error
            if cursor.rowcount != rows.to_write:
                raise RaceLost
        return Counts(rows.created, rows.replaced, rows.unchanged, rows.to_write)

    def classify(self, submission: uuid.UUID, unit: int, *, none_known: bool) -> Classified:
        """What storing the staged rows would do now, of which a look was taken. The one place that
        tells a new row from one that replaces another and from one that changes nothing.
        """
        statement = self._count() if none_known else self._classify()
        with connection.cursor() as cursor:
            cursor.execute(statement, {"submission": submission, "unit": unit})
            return Classified(*cursor.fetchone())

    def _count(self) -> str:
        return f"""
            SELECT count(*) FILTER (WHERE NOT again), 0, 0, count(*), 0
            FROM {STAGED_COPY} WHERE submission_id = %(submission)s"""

    def results(
        self, submission: uuid.UUID, unit: int, *, none_known: bool
    ) -> list[tuple[int, str]]:
        """The staged rows, of which a look was taken, each with what storing it would do now:
        created, replaced or unchanged. Those that an earlier round stored are left out.
        """
        rows = f"{STAGED_COPY} WHERE submission_id = %(submission)s" if none_known else ""
        statement = f"""
            SELECT row, {"'created'" if rows else RESULT} FROM {rows or self._compared}
            {"AND" if rows else "WHERE"} NOT again ORDER BY row"""
        with connection.cursor() as cursor:
            cursor.execute(statement, {"submission": submission, "unit": unit})
            return list(cursor.fetchall())

    def _classify(self) -> str:
        return f"""
            SELECT count(*) FILTER (WHERE NOT again AND absent),
                   count(*) FILTER (WHERE NOT again AND changes AND NOT absent),
                   count(*) FILTER (WHERE NOT again AND NOT changes),
                   count(*) FILTER (WHERE changes),
                   count(upload)
            FROM {self._compared}"""

    @property
    def _compared(self) -> str:
        """Staged rows beside the stored ones, an item of FROM."""
        absent = f"t.{next(iter(self.key))} IS NULL OR t.voided_at IS NOT NULL"
        # OFFSET keeps the comparison from being made once for each count.
        return f"""
            (SELECT s.row, s.again, t.submission_id AS upload, {absent} AS absent,
                    CASE WHEN {absent} THEN true ELSE {self.differs} END AS changes
             FROM {STAGED_COPY} s LEFT JOIN {self.stored} ON true
             WHERE s.submission_id = %(submission)s OFFSET 0) compared"""

    def _before_images(self) -> str:
        return f"""
            INSERT INTO tracing_rowhistory
                   ("table", key, unit_id, cause, before, submission_id, at)
            SELECT %(table)s, {self.key_text}, t.unit_id,
                   CASE WHEN t.voided_at IS NULL THEN 'replaced' ELSE 'revived' END,
                   to_jsonb(t), %(submission)s, %(now)s
            FROM {STAGED_COPY} s CROSS JOIN {self.stored}
            WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
              AND (t.voided_at IS NOT NULL OR {self.differs})"""

    def _leave_earlier_submissions(self) -> str:
        return f"""
            UPDATE tracing_submission s SET {ROWS_LEAVE}
            FROM (SELECT t.submission_id, count(*) AS rows
                  FROM {STAGED_COPY} s CROSS JOIN {self.stored}
                  WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
                    AND t.voided_at IS NULL AND {self.differs}
                  GROUP BY t.submission_id) d
            WHERE s.id = d.submission_id"""

    def _note_repeated(self) -> str:
        """Rows that say what one of another upload says that may still be undone."""
        return f"""
            INSERT INTO tracing_repeatedrow ("table", key, unit_id, submission_id, at)
            SELECT %(table)s, {self.key_text}, %(unit)s, %(submission)s, %(now)s
            FROM {STAGED_COPY} s CROSS JOIN {self.stored}
            JOIN tracing_submission o ON o.id = t.submission_id
            WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
              AND t.submission_id <> %(submission)s AND t.voided_at IS NULL
              AND NOT {self.differs} AND o.undoable_until > %(now)s"""

    def others_rows(self, *, limit: int) -> str:
        """The uploads whose live rows say what staged rows say, and how many rows each has lost;
        that is NULL where no upload wrote a row. After the rows are stored.
        """
        return f"""
            SELECT d.submission_id, o.lost_rows
            FROM (SELECT DISTINCT t.submission_id
                  FROM {STAGED_COPY} s CROSS JOIN {self.stored}
                  WHERE s.submission_id = %(submission)s AND t.unit_id = %(unit)s
                    AND t.submission_id <> %(submission)s LIMIT {limit}) d
            LEFT JOIN tracing_submission o ON o.id = d.submission_id"""

    def _insert(self) -> str:
        kept = [*self.key, *self.columns, *self.constants]
        values = [*self.key.values(), *self.columns.values(), *self.constants.values()]
        return f"""
            INSERT INTO {self.table}
                   ({", ".join(kept)}, unit_id, uploaded_at, submission_id)
            SELECT {", ".join(values)}, %(unit)s, %(now)s, %(submission)s
            FROM {STAGED_COPY} s WHERE s.submission_id = %(submission)s
            ORDER BY {", ".join(self.key.values())}"""

    def _upsert(self) -> str:
        target = [*self.key, *(["unit_id"] if self.unit_in_key else [])]
        changes = [f"{name} = EXCLUDED.{name}" for name in (*self.columns, *self.constants)]
        stored = ", ".join(f"{self.table}.{name}" for name in self.columns)
        incoming = ", ".join(f"EXCLUDED.{name}" for name in self.columns)
        return f"""
            {self._insert()}
            ON CONFLICT ({", ".join(target)}) DO UPDATE
            SET {", ".join(changes)}, submission_id = EXCLUDED.submission_id,
                uploaded_at = {begins(self.table)}, voided_at = NULL, void_reason = NULL
            WHERE {self.table}.unit_id = EXCLUDED.unit_id
              AND ({self.table}.voided_at IS NOT NULL
                   OR ROW({stored}) IS DISTINCT FROM ROW({incoming}))"""


def begins(table: str) -> str:
    """When a row of a table that comes again came first: now, if it was undone."""
    return f"""CASE WHEN {table}.void_reason = '{UNDONE}' THEN EXCLUDED.uploaded_at
                     ELSE {table}.uploaded_at END"""


def same_names(names: Iterable[str]) -> dict[str, str]:
    """Columns that are called the same in the staged and in the stored row."""
    return {name: f"s.{name}" for name in names}
