"""Everything derived, made anew from the tables."""

from __future__ import annotations

from django.db import connection, transaction

from accounts.core.kinds import CodeList
from tracing.stores import counters, links, orders

SOURCES = "tracing_tracecode, tracing_unitcode, tracing_traceevent"


def rebuild() -> None:
    """Link every code, count every list, make every order again; uploads wait until it is done."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # It reads every row there is, once, for an operator who waits for it.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(f"LOCK TABLE {SOURCES} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("DELETE FROM tracing_daycount")
            cursor.execute("DELETE FROM tracing_batchcount")
        if links.gather("SELECT code, unit_id FROM tracing_unitcode", {}):
            links.relink()
        for lists in CodeList:
            counters.write(counters.Tally(), counters.tally(lists))
        orders.rebuild()
