"""Orders follow from events: whatever changes rows of a document has its orders made anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from tracing.records.nodes import Side
from tracing.records.orders import ORDERS, RECEIVING, SENDING
from tracing.records.shapes import SERIAL
from tracing.stores import links
from tracing.stores.advisory_locks import Lock, take

TOUCHED, GROUPED = "derived_document", "derived_order"

_KINDS = ", ".join(f"'{kind.value}'" for kind in ORDERS)
_SENDING = ", ".join(f"'{k.value}'" for k, order in ORDERS.items() if order.side is Side.SENDER)

# The documents of the codes in a table `given`, of a unit.
DOCUMENTS = """
    SELECT DISTINCT e.kind, e.document FROM {given} g JOIN tracing_traceevent e USING (code)
    WHERE e.unit_id = %(unit)s"""

# Events of documents, each found by index: the fence keeps a plan from reading all of a unit's.
OF_DOCUMENTS = f"""
    FROM {TOUCHED} d CROSS JOIN LATERAL (
        SELECT * FROM tracing_traceevent e
        WHERE e.unit_id = %(unit)s AND e.document = d.document AND e.kind = d.kind
          AND e.voided_at IS NULL OFFSET 0) e"""
ALL = f"FROM tracing_traceevent e WHERE e.voided_at IS NULL AND e.kind IN ({_KINDS})"

# The partner is the side that the unit is not.
SIDES = f"""
    SELECT e.*,
           CASE WHEN e.receiver_uscc IS DISTINCT FROM u.uscc
                THEN e.receiver_uscc ELSE e.sender_uscc END AS partner,
           CASE WHEN e.receiver_uscc IS DISTINCT FROM u.uscc
                THEN e.receiver_name ELSE e.sender_name END AS partner_name,
           CASE WHEN e.kind IN ({_SENDING}) THEN e.details ->> '{RECEIVING.number.name}'
                ELSE e.details ->> '{SENDING.number.name}' END COLLATE "C" AS number
    FROM (SELECT e.* {{events}}) e JOIN accounts_unit u ON u.id = e.unit_id"""
# One reading of the events gives both tables.
GROUPS = f"""
    SELECT e.unit_id, e.kind, e.document, coalesce(e.partner, '') AS partner,
           coalesce(e.details ->> '{SERIAL}', e.details ->> 'manu_lotnum', '')
               COLLATE "C" AS batch,
           min(e.partner_name) AS partner_name,
           min(e.sender_name) AS sender_name, min(e.sender_uscc) AS sender_uscc,
           min(e.receiver_name) AS receiver_name, min(e.receiver_uscc) AS receiver_uscc,
           min(e.number) AS number_first, max(e.number) AS number_last,
           min(e.status) AS status_first, max(e.status) AS status_last,
           min(e.happened_at) AS first_at, max(e.happened_at) AS last_at, count(*) AS codes
    FROM ({SIDES}) e GROUP BY 1, 2, 3, 4, 5"""

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
    WHERE o.unit_id = %(unit)s AND o.kind = d.kind AND o.document = d.document"""


def renew(unit_id: int, documents: str, parameters: Mapping[str, Any]) -> None:
    """Make the orders of some documents of a unit anew, last of all that a transaction changes.

    `documents` is a SELECT of two columns, the kinds and numbers of events that changed. Two
    transactions may tell in one document of different codes: who comes second waits, and then
    sees the rows of the first.
    """
    these = {**parameters, "unit": unit_id}
    of_orders = f"SELECT kind, document FROM ({documents}) o (kind, document)"
    if not links.keep(TOUCHED, f"{of_orders} WHERE kind IN ({_KINDS})", these):
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


def _insert(events: str, parameters: dict[str, Any]) -> None:
    links.keep(GROUPED, GROUPS.format(events=events), parameters)
    with connection.cursor() as cursor:
        for statement in INSERT:
            cursor.execute(statement)
