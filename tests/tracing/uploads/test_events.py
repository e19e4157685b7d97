"""The five records of events: from a file to events, nodes and the unit's list of codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.core.origin import COMMAND
from tests.factories import UnitFactory
from tests.people import Side, side
from tests.tracing.uploads.rows import CODES, code_rows, example, pack_code, workbook
from tests.tracing.uploads.uploads import confirm, counts, upload
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Node
from tracing.stores.models import RowHistory
from tracing.stores.models_codes import UnitCode
from tracing.stores.models_events import TraceEvent
from tracing.uploads import actions

pytestmark = pytest.mark.django_db(transaction=True)

SHIPMENT, DELIVERY = "domestic-drug-shipment", "domestic-drug-delivery"
RECEIPT, RETAIL, CIRCULATION = "domestic-drug-receipt", "domestic-drug-retail", "circulation"
INBOUND, OUTBOUND = "101", "201"


@pytest.fixture
def dealer(maker: Side) -> Side:
    """A distributor."""
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


def inbound(dealer: Side, sender: Side, code: str, **changes: Any) -> dict[str, Any]:
    """A row by which `dealer` tells that goods came from `sender`."""
    return example(
        CIRCULATION,
        **{
            "trac_code": code,
            "inv_type": INBOUND,
            "shp_org_name": sender.unit.name,
            "shp_org_uscc": sender.unit.uscc,
            "shpp_org_name": dealer.unit.name,
            "shpp_org_uscc": dealer.unit.uscc,
            **changes,
        },
    )


def shipment(maker: Side, receiver: Side, code: str, **changes: Any) -> dict[str, Any]:
    """A row by which `maker` tells that goods went to `receiver`."""
    return example(
        SHIPMENT,
        **{
            "trac_code": code,
            "shp_org_name": maker.unit.name,
            "shp_org_uscc": maker.unit.uscc,
            "shpp_org_name": receiver.unit.name,
            "shpp_org_uscc": receiver.unit.uscc,
            **changes,
        },
    )


def store(who: Side, record: str, rows: list[dict[str, Any]], path: Path) -> Any:
    """Upload and confirm rows."""
    return confirm(upload(*who, record, workbook(path, record, rows)))


def test_a_shipment_makes_a_node_once_the_goods_are_sent(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    store(maker, CODES, code_rows(2), tmp_path / "codes.xlsx")
    rows = [
        shipment(maker, dealer, pack_code(0)),
        shipment(maker, dealer, pack_code(1), shp_stas="待发货"),
    ]
    stored = store(maker, SHIPMENT, rows, tmp_path / "ship.xlsx")
    assert (stored.created, stored.rejected, stored.warnings) == (2, 0, {})
    sent, waiting = TraceEvent.objects.of(maker.unit).order_by("code")
    assert (sent.kind, sent.node, sent.organisation) == (
        EventKind.SHIPMENT,
        Node.SHIPPED,
        maker.unit.name,
    )
    assert (sent.receiver_uscc, sent.document) == (dealer.unit.uscc, rows[0]["shp_sin_no"])
    assert sent.details == {"shp_sin_no": rows[0]["shp_sin_no"], "trac_codg_sn": "20241201_0001"}
    assert waiting.node is None


def test_the_same_file_again_changes_nothing_and_a_corrected_time_replaces(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    rows = [shipment(maker, dealer, pack_code(n)) for n in range(3)]
    store(maker, SHIPMENT, rows, tmp_path / "a.xlsx")
    again = store(maker, SHIPMENT, rows[::-1], tmp_path / "b.xlsx")
    assert (again.created, again.replaced, again.unchanged) == (0, 0, 3)
    rows[1]["shp_time"] = "2024-12-17 08:00:00"
    mended = store(maker, SHIPMENT, rows, tmp_path / "c.xlsx")
    assert (mended.created, mended.replaced, mended.unchanged) == (0, 1, 2)
    assert RowHistory.objects.of(maker.unit).get().table == "tracing_traceevent"
    assert TraceEvent.objects.of(maker.unit).count() == 3


def test_unknown_codes_and_receivers_are_accepted_with_warnings(
    maker: Side, tmp_path: Path
) -> None:
    row = example(SHIPMENT, shp_org_uscc=maker.unit.uscc)
    staged = upload(*maker, SHIPMENT, workbook(tmp_path / "a.xlsx", SHIPMENT, [row]))
    assert (staged.accepted, staged.warnings) == (1, {"code_unknown": 1, "receiver_unknown": 1})


def test_a_row_that_speaks_for_another_unit_fails(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    rows = [shipment(dealer, maker, pack_code(0))]
    staged = upload(*maker, SHIPMENT, workbook(tmp_path / "a.xlsx", SHIPMENT, rows))
    assert (staged.accepted, staged.rejected) == (0, 1)
    other_way = [inbound(maker, dealer, pack_code(0))]
    staged = upload(*dealer, CIRCULATION, workbook(tmp_path / "b.xlsx", CIRCULATION, other_way))
    assert (staged.accepted, staged.rejected) == (0, 1)


def test_delivery_makes_no_node_receipt_and_retail_do(maker: Side, tmp_path: Path) -> None:
    for record in (DELIVERY, RECEIPT, RETAIL):
        store(maker, record, [example(record)], tmp_path / f"{record}.xlsx")
    nodes = dict(TraceEvent.objects.of(maker.unit).values_list("kind", "node"))
    assert nodes == {
        EventKind.DELIVERY: None,
        EventKind.RECEIPT: Node.RECEIVED,
        EventKind.RETAIL: Node.SOLD,
    }


def test_a_receipt_by_a_distributor_or_not_yet_made_is_no_node(maker: Side, tmp_path: Path) -> None:
    rows = [
        example(RECEIPT, trac_code=pack_code(0), shpp_org_type="流通企业"),
        example(RECEIPT, trac_code=pack_code(1), shpp_stas="待收货"),
        example(RECEIPT, trac_code=pack_code(2), shpp_org_type="医疗机构"),
    ]
    store(maker, RECEIPT, rows, tmp_path / "a.xlsx")
    nodes = TraceEvent.objects.of(maker.unit).order_by("code").values_list("node", flat=True)
    assert list(nodes) == [None, None, Node.RECEIVED]


def test_circulation_goes_in_and_out_under_its_own_documents(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    code = pack_code(0)
    out = inbound(
        dealer,
        maker,
        code,
        inv_type=OUTBOUND,
        shp_sin_no="OUT-1",
        shp_org_name=dealer.unit.name,
        shp_org_uscc=dealer.unit.uscc,
        shpp_org_name="某某大药房",
        shpp_sin_no=None,
        shpp_time=None,
    )
    rows = [inbound(dealer, maker, code, shp_sin_no="UP-1", shpp_sin_no="IN-1"), out]
    stored = store(dealer, CIRCULATION, rows, tmp_path / "a.xlsx")
    assert counts(stored)["created"] == 2
    events = TraceEvent.objects.of(dealer.unit).order_by("kind")
    assert [(e.kind, e.document, e.node, e.organisation) for e in events] == [
        (EventKind.CIRCULATION_IN, "IN-1", Node.CIRCULATED_IN, dealer.unit.name),
        (EventKind.CIRCULATION_OUT, "OUT-1", Node.CIRCULATED_OUT, dealer.unit.name),
    ]
    assert events[0].details["shp_sin_no"] == "UP-1"
    listed = UnitCode.objects.of(dealer.unit).get()
    assert (listed.code, listed.batch) == (code, rows[0]["manu_lotnum"])


def test_a_code_of_strangers_is_as_unknown_as_none_until_someone_names_the_unit(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    store(maker, CODES, code_rows(2), tmp_path / "codes.xlsx")
    rows = [inbound(dealer, maker, pack_code(0)), inbound(dealer, maker, pack_code(999))]
    staged = upload(*dealer, CIRCULATION, workbook(tmp_path / "a.xlsx", CIRCULATION, rows))
    assert staged.warnings == {"code_unknown": 2}
    # The box that holds the code is shipped to the distributor: now it is known.
    box = shipment(maker, dealer, pack_code(0, 8000003))
    store(maker, SHIPMENT, [box], tmp_path / "ship.xlsx")
    again = upload(*dealer, CIRCULATION, workbook(tmp_path / "b.xlsx", CIRCULATION, rows[::-1]))
    assert again.warnings == {"code_unknown": 1}


def test_voided_events_leave_the_trace_and_the_list(
    maker: Side, dealer: Side, tmp_path: Path
) -> None:
    rows = [inbound(dealer, maker, pack_code(n), shpp_sin_no="IN-1") for n in range(2)]
    store(dealer, CIRCULATION, rows, tmp_path / "a.xlsx")
    voided = actions.void_rows(
        unit=dealer.unit,
        agent=dealer.agent,
        record_code=CIRCULATION,
        keys=[(pack_code(0), EventKind.CIRCULATION_IN, "IN-1")],
        reason="录入错误",
        origin=COMMAND,
    )
    assert voided == 1
    assert TraceEvent.objects.of(dealer.unit).filter(voided_at=None).count() == 1
    live = UnitCode.objects.of(dealer.unit).filter(voided_at=None)
    assert [row.code for row in live] == [pack_code(1)]
    back = store(dealer, CIRCULATION, rows[::-1], tmp_path / "b.xlsx")
    assert (back.created, back.unchanged) == (1, 1)
    assert live.all().count() == 2


def test_a_rivals_agent_cannot_void_them(maker: Side, dealer: Side, tmp_path: Path) -> None:
    rows = [inbound(dealer, maker, pack_code(0), shpp_sin_no="IN-1")]
    store(dealer, CIRCULATION, rows, tmp_path / "a.xlsx")
    other = side(UnitFactory.create(is_maker=False, is_distributor=True))
    voided = actions.void_rows(
        unit=other.unit,
        agent=other.agent,
        record_code=CIRCULATION,
        keys=[(pack_code(0), EventKind.CIRCULATION_IN, "IN-1")],
        reason="录入错误",
        origin=COMMAND,
    )
    assert voided == 0
    assert TraceEvent.objects.of(dealer.unit).get().voided_at is None
