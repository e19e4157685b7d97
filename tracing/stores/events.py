"""The records of events: one store each, all into the table of events.

What the trace shows stands in columns of its own; every other cell is kept in `details`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.records.values import HOSPITAL, INBOUND, OUTBOUND, PHARMACY, RECEIVED, SENT
from tracing.stores import staged_copy, unit_codes
from tracing.stores.changes import events_change
from tracing.stores.models_events import WHOSE, EventKind, Node, Side
from tracing.stores.staged_copy import LOOK
from tracing.stores.target import Counts, Found, Target, row_faults
from tracing.traces import membership
from tracing.traces.chains import PLACE
from tracing.uploads.models_staging import staging_table

NOTHING = "NULL::varchar"
NO_NODE = "NULL::smallint"


def _kind(kind: EventKind) -> str:
    return f"'{kind.value}'::varchar"


def _node(node: Node, condition: str) -> str:
    return f"CASE WHEN {condition} THEN {node.value}::smallint END"


def _by_direction(inbound: str, outbound: str) -> str:
    return f"CASE s.inv_type WHEN '{INBOUND}' THEN {inbound} WHEN '{OUTBOUND}' THEN {outbound} END"


def _whose(node: Node, sender: str, receiver: str) -> str:
    """Whose step a node is, as the row names it."""
    return sender if WHOSE[node] is Side.SENDER else receiver


@dataclass(frozen=True)
class EventStore:
    """What a record's row says of an event, as SQL over the staged row `s`.

    `lists_codes` says that the codes become the unit's own list where it does not own them;
    `tells_receiver` that a receiver nobody registered is worth a warning.
    """

    record: str
    kind: str
    happened_at: str
    node: str
    organisation: str
    sender_name: str = NOTHING
    sender_uscc: str = NOTHING
    receiver_name: str = NOTHING
    receiver_uscc: str = NOTHING
    status: str = NOTHING
    quantity: str = "NULL::numeric"
    lists_codes: bool = False
    tells_receiver: bool = False

    @property
    def RECORD(self) -> Record:
        """The record whose rows these are."""
        return RECORDS[self.record]

    @property
    def STAGED(self) -> str:
        """The table that stages them."""
        return staging_table(self.RECORD)

    @cached_property
    def TARGET(self) -> Target:
        """How they are kept."""
        return Target(
            table="tracing_traceevent",
            named="trac_code",
            key={"code": "s.trac_code", "kind": self.kind, "document": self._document},
            columns={**self._shown, "details": self._details},
            unit_in_key=True,
        )

    @property
    def _shown(self) -> dict[str, str]:
        """What the trace and its reader's right to it need."""
        return {
            "happened_at": self.happened_at,
            "node": self.node,
            "organisation": self.organisation,
            "sender_name": self.sender_name,
            "sender_uscc": self.sender_uscc,
            "receiver_name": self.receiver_name,
            "receiver_uscc": self.receiver_uscc,
            "status": self.status,
            "quantity": self.quantity,
        }

    @cached_property
    def kept(self) -> dict[str, str]:
        """Columns of the record that stand in a field of the event as they are, by their field."""
        as_they_are = {sql: field for field, sql in self._shown.items() if sql.startswith("s.")}
        return {
            "trac_code": "code",
            **{sql.removeprefix("s."): field for sql, field in as_they_are.items()},
        }

    @property
    def _document(self) -> str:
        """The document's number as the record picks it, else the local day of the event."""
        document = self.RECORD.document
        if document is None:
            raise ValueError(f"{self.record} names no document")
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
            if column.name not in self.kept
        )
        return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"

    def codes(self, values: Mapping[str, Sequence[Any]]) -> Iterator[str | None]:
        """None: events of two units share no key, the unit's own lock is enough."""
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
        statements = [CODE_UNKNOWN]
        if self.tells_receiver:
            statements.append(RECEIVER_UNKNOWN.format(staged=LOOK))
        if rounds > 1:
            statements.append(self.TARGET.same_key_twice)
        if stored_rounds:
            statements.append(self.TARGET.stored_by_this_submission)
        lifted = membership.lifted()
        parameters = {"submission": submission, "unit": unit, "lifted": lifted}
        faults = [fault for rule in statements for fault in row_faults(rule, parameters)]
        return Found(faults, known=None)

    def store(self, submission: uuid.UUID, unit: int, now: datetime, *, none_known: bool) -> Counts:
        """Upsert events, the unit's list of codes, and what is kept beside them."""
        codes = f"SELECT trac_code FROM {LOOK} WHERE submission_id = %(submission)s"
        listing = partial(unit_codes.store, LOOK, submission, unit, now)
        with events_change(
            unit, codes, {"submission": submission}, then=listing if self.lists_codes else None
        ):
            return self.TARGET.store(submission, unit, now, none_known=none_known)


# A code is known to a unit that owns it, or that is in its chain. A code of strangers is as unknown
# as one that nobody has: the same words, found by the same look at one row of its place. That the
# time is the same to the last microsecond nobody has shown.
CODE_UNKNOWN = f"""
    WITH strange AS MATERIALIZED (
        SELECT DISTINCT s.trac_code AS code FROM {LOOK} s
        WHERE NOT EXISTS (SELECT 1 FROM tracing_tracecode t
                          WHERE t.code = s.trac_code AND t.unit_id = %(unit)s
                            AND t.voided_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM tracing_pack p
                          WHERE p.code = s.trac_code AND p.unit_id = %(unit)s)),
    placed AS (
        SELECT c.code, p.owner, p.middle, p.large FROM strange c CROSS JOIN {PLACE}),
    {membership.chain("%(lifted)s")},
    known AS (
        SELECT chain.code FROM chain JOIN accounts_unit u ON u.id = %(unit)s
        WHERE u.uscc = ANY(chain.members))
    SELECT s.row, 'trac_code', 'code_unknown', ARRAY[s.trac_code::text]
    FROM {LOOK} s JOIN strange ON strange.code = s.trac_code
    WHERE strange.code NOT IN (SELECT code FROM known)"""

RECEIVER_UNKNOWN = """
    SELECT s.row, 'shpp_org_uscc', 'receiver_unknown', ARRAY[s.shpp_org_uscc::text]
    FROM {staged} s
    WHERE s.submission_id = %(submission)s
      AND NOT EXISTS (SELECT 1 FROM accounts_unit u WHERE u.uscc = s.shpp_org_uscc)"""

EVENT_STORES = (
    EventStore(
        record="domestic-drug-shipment",
        kind=_kind(EventKind.SHIPMENT),
        happened_at="s.shp_time",
        node=_node(Node.SHIPPED, f"s.shp_stas = '{SENT}'"),
        organisation=_whose(Node.SHIPPED, "s.shp_org_name", "s.shpp_org_name"),
        sender_name="s.shp_org_name",
        sender_uscc="s.shp_org_uscc",
        receiver_name="s.shpp_org_name",
        receiver_uscc="s.shpp_org_uscc",
        status="s.shp_stas",
        tells_receiver=True,
    ),
    EventStore(
        record="domestic-drug-delivery",
        kind=_kind(EventKind.DELIVERY),
        happened_at="s.delv_time",
        node=NO_NODE,
        organisation="s.delv_emp",
        receiver_name="s.shpp_org_name",
    ),
    EventStore(
        record="domestic-drug-receipt",
        kind=_kind(EventKind.RECEIPT),
        happened_at="s.shpp_time",
        node=_node(
            Node.RECEIVED,
            f"s.shpp_stas = '{RECEIVED}' AND s.shpp_org_type IN ('{HOSPITAL}', '{PHARMACY}')",
        ),
        organisation="s.shpp_org_name",
        receiver_name="s.shpp_org_name",
        receiver_uscc="s.shpp_org_uscc",
        status="s.shpp_stas",
    ),
    EventStore(
        record="domestic-drug-retail",
        kind=_kind(EventKind.RETAIL),
        happened_at="s.rtal_time",
        node=f"{Node.SOLD.value}::smallint",
        organisation="s.rtal_org_name",
        sender_name="s.rtal_org_name",
        sender_uscc="s.rtal_org_uscc",
        quantity="s.rtal_cnt",
    ),
    EventStore(
        record="circulation",
        kind=_by_direction(_kind(EventKind.CIRCULATION_IN), _kind(EventKind.CIRCULATION_OUT)),
        happened_at="s.delv_time",
        node=_by_direction(
            _node(Node.CIRCULATED_IN, f"s.shpp_stas = '{RECEIVED}'"),
            _node(Node.CIRCULATED_OUT, f"s.shp_stas = '{SENT}'"),
        ),
        organisation=_by_direction(
            _whose(Node.CIRCULATED_IN, "s.shp_org_name", "s.shpp_org_name"),
            _whose(Node.CIRCULATED_OUT, "s.shp_org_name", "s.shpp_org_name"),
        ),
        sender_name="s.shp_org_name",
        sender_uscc="s.shp_org_uscc",
        receiver_name="s.shpp_org_name",
        receiver_uscc="s.shpp_org_uscc",
        status=_by_direction("s.shpp_stas", "s.shp_stas"),
        quantity="s.cnt",
        lists_codes=True,
    ),
)
