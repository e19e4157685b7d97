"""The records of events: all into the table of events.

What the trace shows stands in columns of its own; every other cell is kept in `details`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property, partial

from tracing.records.base import Record
from tracing.records.nodes import WHOSE, Side
from tracing.records.shapes import CODE, Told
from tracing.stores import lots, membership, other_goods, told_of, unit_codes
from tracing.stores.changes import events_change
from tracing.stores.lookups import PLACE, rows_by
from tracing.stores.row_faults import Parameters
from tracing.stores.staged_copy import STAGED_COPY
from tracing.stores.store import UNDOING, Rules, StagedRows, Store
from tracing.stores.target import Counts, Target

NOTHING = "NULL::varchar"


def _column(name: str) -> str:
    return f"s.{name}" if name else NOTHING


def _kind(told: Told) -> str:
    return f"'{told.kind.value}'::varchar"


def _node(told: Told) -> str:
    if told.node is None:
        return "NULL::smallint"
    node = f"{told.node.value}::smallint"
    conditions = " AND ".join(f"s.{column} {_one_of(values)}" for column, values in told.where)
    return f"CASE WHEN {conditions} THEN {node} END" if conditions else node


def _one_of(values: Sequence[str]) -> str:
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"= {quoted}" if len(values) == 1 else f"IN ({quoted})"


class EventStore(Store):
    """How a record's rows become events, as SQL over the staged row `s`."""

    codes_of_undoing = f"SELECT code FROM {UNDOING}"

    @property
    def RECORD(self) -> Record:
        """The record whose rows these are."""
        return self.binding.record

    @cached_property
    def TARGET(self) -> Target:
        """How they are kept."""
        return Target(
            table="tracing_traceevent",
            named=CODE,
            key={
                "code": f"s.{CODE}",
                "kind": self._by_direction(_kind),
                "document": self._document,
            },
            columns={**self._shown, "details": self._details},
            unit_in_key=True,
        )

    @property
    def _shown(self) -> dict[str, str]:
        """What the trace and its reader's right to it need."""
        event = self.binding.told
        return {
            "happened_at": f"s.{event.time}",
            "node": self._by_direction(_node),
            "organisation": self._by_direction(self._whose),
            "sender_name": _column(event.sender.name),
            "sender_uscc": _column(event.sender.uscc),
            "receiver_name": _column(event.receiver.name),
            "receiver_uscc": _column(event.receiver.uscc),
            "status": self._by_direction(lambda told: _column(told.status)),
            "quantity": f"s.{event.quantity}" if event.quantity else "NULL::numeric",
        }

    def _by_direction(self, says: Callable[[Told], str]) -> str:
        """What a row says, by its direction where the record has more than one."""
        event = self.binding.told
        if not event.by:
            ((_, told),) = event.told
            return says(told)
        cases = " ".join(f"WHEN '{code}' THEN {says(told)}" for code, told in event.told)
        return f"CASE s.{event.by} {cases} END"

    def _whose(self, told: Told) -> str:
        """Whose step it is, as the row names it."""
        event = self.binding.told
        if told.node is None:
            return f"s.{event.organisation}"
        side = event.sender if WHOSE[told.node] is Side.SENDER else event.receiver
        return f"s.{side.name}"

    @property
    def _document(self) -> str:
        """The document's number as the record picks it, else the local day of the event."""
        document = self.RECORD.document
        if document is None:
            raise ValueError(f"{self.RECORD.code} names no document")
        picked = document.number
        number = f"s.{picked.columns[0][1]}"
        if picked.by:
            cases = " ".join(f"WHEN '{code}' THEN s.{column}" for code, column in picked.columns)
            number = f"CASE s.{picked.by} {cases} END"
        day = f"to_char(s.{document.time} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
        return f"coalesce({number}, {day})"

    @property
    def _details(self) -> str:
        """Every cell that stands in no column of its own, as it is."""
        pairs = ", ".join(
            f"'{column.name}', s.{column.name}"
            for column in self.RECORD.columns
            if column.name not in self.binding.told.kept
        )
        return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"

    def rules(self, staged: StagedRows) -> Rules:
        """The unit knows the code, as one of such goods; a receiver that is expected is registered;
        lots suffice. A row of drugs says nothing of how many pieces, and is no row of a lot.
        """
        rules = [CODE_UNKNOWN, *other_goods.of_events(self.RECORD)]
        event = self.binding.told
        if event.expects_receiver:
            rules.append(_receiver_unknown(event.receiver.uscc))
        if event.takes and event.quantity:
            kind, node = self._by_direction(_kind), self._by_direction(_node)
            rules.append(
                lots.exceeded(kind=kind, node=node, document=self._document, count=event.quantity)
            )
        if staged.remarks:
            rules += told_of.rules(self.binding, self.parameters(staged))
            rules += other_goods.of_replaced(self.RECORD, self.TARGET)
        return Rules(rules)

    def parameters(self, staged: StagedRows) -> Parameters:
        """As for any record, and the setting that decides whose code a code is."""
        return {**super().parameters(staged), "lifted": membership.lifted()}

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert events, the unit's list of codes, and what is kept beside them."""
        codes = f"SELECT {CODE} FROM {STAGED_COPY} WHERE submission_id = %(submission)s"
        listing = partial(unit_codes.store, STAGED_COPY, submission, unit, now)
        listed = self.binding.told.lists_codes
        key = self.TARGET.key
        documents = (
            f"SELECT DISTINCT {key['kind']}, {key['document']} FROM {STAGED_COPY} s"
            " WHERE s.submission_id = %(submission)s"
        )
        with events_change(
            unit,
            codes,
            {"submission": submission},
            documents=documents,
            then=listing if listed else None,
        ):
            return self.TARGET.store(submission, unit, now, none_known=none_known)

    def beside(
        self, unit: int, codes: str, parameters: Parameters, listing: Callable[[], object]
    ) -> AbstractContextManager[None]:
        """Links follow, and the unit's list of codes."""
        listed = self.binding.told.lists_codes
        return events_change(unit, codes, parameters, then=listing if listed else None)

    @property
    def bars(self) -> Mapping[str, str]:
        """A lot must suffice for what leaves it again."""
        return {"lot_exceeded": lots.EXCEEDED_BY_UNDO} if self.binding.told.takes else {}


# A code is known to a unit that owns it, or that is in its chain. A code of strangers is as unknown
# as one that nobody has: the same words, found by the same look at one row of its place. That the
# time is the same to the last microsecond nobody has shown.
CODE_UNKNOWN = f"""
    WITH strange AS MATERIALIZED (
        SELECT DISTINCT s.trac_code AS code FROM {STAGED_COPY} s
        WHERE NOT EXISTS (SELECT 1 FROM {rows_by("tracing_tracecode", code="s.trac_code")} t
                          WHERE t.unit_id = %(unit)s AND t.voided_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM {rows_by("tracing_pack", code="s.trac_code")} p
                          WHERE p.unit_id = %(unit)s)),
    placed AS (
        SELECT c.code, p.owner, p.middle, p.large FROM strange c CROSS JOIN {PLACE}),
    {membership.chain("%(lifted)s")},
    known AS (
        SELECT chain.code FROM chain JOIN accounts_unit u ON u.id = %(unit)s
        WHERE u.uscc = ANY(chain.members))
    SELECT s.row, 'trac_code', 'code_unknown', ARRAY[s.trac_code::text]
    FROM {STAGED_COPY} s JOIN strange ON strange.code = s.trac_code
    WHERE strange.code NOT IN (SELECT code FROM known)"""


def _receiver_unknown(column: str) -> str:
    """A rule: receivers whom nobody has registered."""
    return f"""
    SELECT s.row, '{column}', 'receiver_unknown', ARRAY[s.{column}::text]
    FROM {STAGED_COPY} s
    WHERE s.submission_id = %(submission)s
      AND NOT EXISTS (SELECT 1 FROM accounts_unit u WHERE u.uscc = s.{column})"""
