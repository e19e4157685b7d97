"""What there is to export: codes of ten batches in boxes, each with six nodes."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import connection, transaction

from accounts.core import kinds
from accounts.core.queries import unit_for
from portal.lib.clock import local_today
from tracing.benchmarks.bare import BARE, CODES, INFO, Rows, copy_rows
from tracing.benchmarks.import_ways import (
    ACCOUNT,
    NOTHING,
    WrongResult,
    tables,
    unit_of,
    with_agent,
)
from tracing.exports.columns import COLUMNS
from tracing.exports.rows import rows as finished_rows
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Node
from tracing.records.values import SENT
from tracing.stores.rebuild import rebuild
from tracing.synthetic.codes import credit_code, number
from tracing.synthetic.products import Firm, Maker, batch_of
from tracing.synthetic.rows import Columns, Packing, code_columns, info_columns
from tracing.traces.selections import ByDates

MAKER = Maker("某某药业有限公司", credit_code("benchmark"))
DEALER = Firm("某某医药有限公司", credit_code("benchmark", "dealer"))
SHOP = Firm("某某大药房", credit_code("benchmark", "shop"))
DEALER_ACCOUNT = "benchmark3"
# Who sends and who receives.
SIDES: dict[EventKind, tuple[Firm, Firm | None]] = {
    EventKind.SHIPMENT: (MAKER, DEALER),
    EventKind.CIRCULATION_IN: (MAKER, DEALER),
    EventKind.CIRCULATION_OUT: (DEALER, SHOP),
    EventKind.RECEIPT: (DEALER, SHOP),
    EventKind.RETAIL: (SHOP, None),
}
BATCHES = 10
PACKING = Packing(10, 20)
LAID_OUT = "benchmark_rows"

# The way of the goods: shipped and traded by the large box, bought and sold by the pack. The maker
# tells of all but what its distributor does, whom its shipment names; so all of them are nodes.
EVENTS = (
    (EventKind.SHIPMENT, Node.SHIPPED, "lv3_trac_code", 1),
    (EventKind.CIRCULATION_IN, Node.CIRCULATED_IN, "lv3_trac_code", 3),
    (EventKind.CIRCULATION_OUT, Node.CIRCULATED_OUT, "lv2_trac_code", 9),
    (EventKind.RECEIPT, Node.RECEIVED, "lv2_trac_code", 10),
    (EventKind.RETAIL, Node.SOLD, "code", 20),
)
BY_DISTRIBUTOR = (EventKind.CIRCULATION_IN, EventKind.CIRCULATION_OUT)
INSERT_EVENTS = """
    INSERT INTO tracing_traceevent
           (code, kind, unit_id, document, happened_at, node, organisation, sender_uscc,
            receiver_uscc, status, details, uploaded_at)
    SELECT {pack}, %(kind)s, %(teller)s, 'D' || %(node)s,
           min(stoin_time) + %(days)s * interval '1 day', %(node)s, %(organisation)s,
           %(sender)s, %(receiver)s, %(status)s, '{{}}', now()
    FROM tracing_tracecode GROUP BY {pack}, unit_id ORDER BY {pack}"""


def fill(codes: int, seed: int, batches: int = BATCHES) -> dict[str, Any]:
    """Make the tables, the unit and its holder, `codes` codes and their events."""
    tables()
    unit = unit_of(ACCOUNT, MAKER, kinds.MAKER)
    with_agent(unit, kinds.MAKER.query)
    dealer = unit_of(DEALER_ACCOUNT, DEALER, kinds.DISTRIBUTOR)
    _codes(unit.pk, codes, seed, batches)
    rebuild()
    with connection.cursor() as cursor:
        for kind, node, pack, days in EVENTS:
            sender, receiver = SIDES[kind]
            cursor.execute(
                INSERT_EVENTS.format(pack=pack),
                {
                    "kind": kind,
                    "teller": dealer.pk if kind in BY_DISTRIBUTOR else unit.pk,
                    "node": node,
                    "days": days,
                    "organisation": f"某某{node.label}公司",
                    "sender": sender.uscc,
                    "receiver": receiver.uscc if receiver else None,
                    "status": SENT if receiver else None,
                },
            )
        for table in ("tracecode", "drugbatch", "traceevent", "pack"):
            cursor.execute(f"VACUUM ANALYZE tracing_{table}")
    return NOTHING


def _codes(unit: int, codes: int, seed: int, count_of_batches: int) -> None:
    salt = number("benchmark", seed)
    batches = [
        batch_of(MAKER, f"SN{salt % 10**8:08}{place:04}") for place in range(count_of_batches)
    ]
    copy_rows(BARE[INFO.code], _rows(info_columns(MAKER, batches)), unit)
    for place, batch in enumerate(batches):
        count = len(range(place, codes, len(batches)))
        if count:
            columns = code_columns(MAKER, batch.printed, seed, count, PACKING)
            copy_rows(BARE[CODES.code], _rows(columns), unit)


def _rows(columns: Columns) -> Rows:
    return list(zip(*columns.values(), strict=True))


def lay_out(rows: int) -> dict[str, Any]:
    """Keep the first finished rows in a table, for who cannot join them."""
    unit = unit_for(ACCOUNT)
    if unit is None:
        raise WrongResult("the database was not prepared")
    with transaction.atomic():
        finished = list(islice(finished_rows(unit, kinds.MAKER, today()), rows))
    names = [column.name for column in COLUMNS]
    with connection.cursor() as cursor:
        texts = ", ".join(f"{name} text NOT NULL" for name in names)
        cursor.execute(f"CREATE TABLE {LAID_OUT} (id serial PRIMARY KEY, {texts})")
        with cursor.copy(f"COPY {LAID_OUT} ({', '.join(names)}) FROM STDIN") as copy:
            for row in finished:
                copy.write_row(row)
        cursor.execute(f"VACUUM ANALYZE {LAID_OUT}")
    return NOTHING


def today() -> ByDates:
    """All codes there are."""
    day = local_today()
    return ByDates(day, day)
