"""Orders follow from events: whatever changes rows of a document has its orders made anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from tracing.core.advisory_locks import Lock, take
from tracing.records.nodes import Side
from tracing.records.orders import ORDERS, RECEIVING, SENDING
from tracing.records.shapes import SERIAL
from tracing.stores import counted_tables
from tracing.stores.printed import printed_lot

TOUCHED, GROUPED = "derived_document", "derived_order"

_KINDS = ", ".join(f"'{kind.value}'" for kind in ORDERS)
_SENDING = ", ".join(f"'{k.value}'" for k, order in ORDERS.items() if order.side is Side.SENDER)

# The documents of a unit's rows in an item of FROM, `given`.
DOCUMENTS = """
    SELECT DISTINCT e.kind, e.document FROM {given} e WHERE e.unit_id = %(unit)s"""

# What events say of an order and of a batch in it, to be grouped by these two. The partner is the
# side that the unit, whose credit code is `{own}`, is not.
PARTNER_OF = """CASE WHEN e.receiver_uscc IS DISTINCT FROM {own}
         THEN e.receiver_%s ELSE e.sender_%s END"""
# A row that names no batch is of the lot that its code names, if it is a UDI that can be read.
BATCH_OF = f"""coalesce(e.details ->> '{SERIAL}', e.details ->> 'manu_lotnum',
                    {printed_lot("e.code")}, '')"""
NUMBER_OF = (
    f"CASE WHEN e.kind IN ({_SENDING}) THEN e.details ->> '{RECEIVING.number.name}'"
    f" ELSE e.details ->> '{SENDING.number.name}' END COLLATE \"C\""
)
SAID = f"""
    coalesce({PARTNER_OF % ("uscc", "uscc")}, '') AS partner,
    {BATCH_OF} COLLATE "C" AS batch,
    min(({PARTNER_OF % ("name", "name")}) COLLATE "C") AS partner_name,
    min(e.sender_name COLLATE "C") AS sender_name, min(e.sender_uscc) AS sender_uscc,
    min(e.receiver_name COLLATE "C") AS receiver_name, min(e.receiver_uscc) AS receiver_uscc,
    min({NUMBER_OF}) AS number_first, max({NUMBER_OF}) AS number_last,
    min(e.status COLLATE "C") AS status_first, max(e.status COLLATE "C") AS status_last,
    min(e.happened_at) AS first_at, max(e.happened_at) AS last_at, count(*) AS codes"""

OWN = "(SELECT uscc FROM accounts_unit WHERE id = %(unit)s)"
# One reading of the events gives both tables. Of some documents each is grouped by itself: its
# events are found by index and sorted among themselves, whatever the plan thinks of their number.
OF_DOCUMENTS = f"""
    SELECT %(unit)s::bigint AS unit_id, d.kind, d.document, g.*
    FROM {TOUCHED} d CROSS JOIN LATERAL (
        SELECT {SAID.format(own=OWN)}
        FROM tracing_traceevent e
        WHERE e.unit_id = %(unit)s AND e.document = d.document AND e.kind = d.kind
          AND e.voided_at IS NULL
        GROUP BY 1, 2) g"""
ALL = f"""
    SELECT e.unit_id, e.kind, e.document, {SAID.format(own="u.uscc")}
    FROM tracing_traceevent e JOIN accounts_unit u ON u.id = e.unit_id
    WHERE e.voided_at IS NULL AND e.kind IN ({_KINDS}) GROUP BY 1, 2, 3, 4, 5"""

_LEAST = (
    "partner_name",
    "sender_name",
    "sender_uscc",
    "receiver_name",
    "receiver_uscc",
    "number_first",
    "status_first",
    "first_at",
)
_GREATEST = ("number_last", "status_last", "last_at")
INSERT = (
    f"""
    INSERT INTO tracing_orderbatch (unit_id, kind, document, partner, batch, codes)
    SELECT unit_id, kind, document, partner, batch, codes FROM {GROUPED}""",
    f"""
    INSERT INTO tracing_order
        (unit_id, kind, document, partner, {", ".join((*_LEAST, *_GREATEST))}, codes)
    SELECT unit_id, kind, document, partner,
           {", ".join(f"min({name})" for name in _LEAST)},
           {", ".join(f"max({name})" for name in _GREATEST)}, sum(codes)
    FROM {GROUPED} GROUP BY 1, 2, 3, 4""",
)
TABLES = ("tracing_order", "tracing_orderbatch")
FORGET = f"""
    DELETE FROM {{table}} o USING {TOUCHED} d
    WHERE o.unit_id = d.unit_id AND o.kind = d.kind AND o.document = d.document"""


def renew(unit_id: int, documents: str, parameters: Mapping[str, Any]) -> None:
    """Make the orders of some documents of a unit anew, last of all that a transaction changes.

    `documents` is a SELECT of two columns, the kinds and numbers of events that changed. Two
    transactions may tell in one document of different codes: who comes second waits, and then
    sees the rows of the first.
    """
    these = {**parameters, "unit": unit_id}
    of_orders = (
        f"SELECT %(unit)s::bigint AS unit_id, kind, document FROM ({documents}) o (kind, document)"
    )
    if not counted_tables.make(TOUCHED, f"{of_orders} WHERE kind IN ({_KINDS})", these):
        return
    take(Lock.ORDERS, str(unit_id))
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(FORGET.format(table=table), these)
    _insert(OF_DOCUMENTS, these)


def rebuild() -> None:
    """Make all orders anew; the caller keeps everybody from changing events."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
    _insert(ALL, {})


def _insert(groups: str, parameters: dict[str, Any]) -> None:
    counted_tables.make(GROUPED, groups, parameters)
    with connection.cursor() as cursor:
        for statement in INSERT:
            cursor.execute(statement)
