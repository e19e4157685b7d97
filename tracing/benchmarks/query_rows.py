"""What there is to ask for: one batch of a maker, all of whose packs a distributor uploaded too."""

from __future__ import annotations

from typing import Any

from django.db import connection

from accounts.agents.actions import add_member
from accounts.core.kinds import DISTRIBUTOR
from accounts.core.queries import agent_for
from accounts.rights.actions_granting import grant
from tracing.benchmarks import export_rows
from tracing.benchmarks.import_ways import MOBILE, NOTHING, WrongResult, unit_of
from tracing.records.event_kinds import EventKind
from tracing.stores.rebuild import rebuild
from tracing.synthetic.codes import credit_code
from tracing.synthetic.products import Firm

TRADER = "benchmark2"

NAME_THE_TRADER = "UPDATE tracing_traceevent SET receiver_uscc = %s WHERE kind = %s"
TOLD_BY_THE_TRADER = "UPDATE tracing_traceevent SET unit_id = %s WHERE kind = ANY(%s)"
CIRCULATION = [EventKind.CIRCULATION_IN.value, EventKind.CIRCULATION_OUT.value]
LIST = """
    INSERT INTO tracing_unitcode (code, unit_id, batch, uploaded_at, submission_id)
    SELECT code, %s, 'L1', uploaded_at, gen_random_uuid() FROM tracing_tracecode ORDER BY code"""


def fill(codes: int, seed: int) -> dict[str, Any]:
    """Make the two units, the codes and their events, and the distributor's list."""
    export_rows.fill(codes, seed, batches=1)
    firm = Firm("某某医药有限公司", credit_code("benchmark trader"))
    trader = unit_of(TRADER, firm, DISTRIBUTOR)
    agent = agent_for(MOBILE)
    if agent is None:
        raise WrongResult("the database was not prepared")
    add_member(trader, agent)
    grant(trader, agent, DISTRIBUTOR.query)
    with connection.cursor() as cursor:
        cursor.execute(NAME_THE_TRADER, [trader.uscc, EventKind.SHIPMENT])
        cursor.execute(TOLD_BY_THE_TRADER, [trader.pk, CIRCULATION])
        cursor.execute(LIST, [trader.pk])
        cursor.execute("ANALYZE tracing_unitcode")
    rebuild()
    with connection.cursor() as cursor:
        for table in ("unitcode", "traceevent", "daycount", "batchcount"):
            cursor.execute(f"VACUUM ANALYZE tracing_{table}")
    return NOTHING
