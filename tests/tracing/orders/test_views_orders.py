"""订单查询: documents put together from events, their codes, 导出, 删除."""

import re
from collections.abc import Mapping
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts.log.models import OperationLog
from accounts.units.models import Unit
from tests.factories import UnitFactory
from tests.people import Side, client_of
from tests.portal.full_temp import without_room
from tests.tracing.factories import (
    DrugBatchFactory,
    EventFactory,
    box,
    derived_once,
    packed,
    small,
    voided,
)
from tracing.orders import actions_orders, queries_answers, views_orders
from tracing.stores.models import RowHistory
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_orders import Order

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def client(distributor: Side) -> Client:
    return client_of(distributor.agent.account)


@pytest.fixture
def page(distributor: Side) -> str:
    return f"/u/{distributor.unit.slug}/distributor/upload/orders/"


def came(to: Unit, source: Unit, serial: int, **more: Any) -> TraceEvent:
    """A distributor's row of goods that came in, under both papers' numbers."""
    papers = {"shp_sin_no": "FH1", "shpp_sin_no": "RK1", "manu_lotnum": "L1", **more.pop("on", {})}
    return EventFactory.create(
        code=more.pop("code", small(serial)),
        unit=to,
        kind="circulation-in",
        document=papers["shpp_sin_no"],
        source=source,
        details=papers,
        **more,
    )


def sent(unit: Unit, to: Unit, serial: int, document: str = "FH1", **more: Any) -> TraceEvent:
    """A maker's row of goods that it sent."""
    return EventFactory.create(
        code=more.pop("code", small(serial)),
        unit=unit,
        kind="shipment",
        document=document,
        to=to,
        details={"shp_sin_no": document, "trac_codg_sn": "SN1"},
        **more,
    )


def text(response: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def lines(response: Any) -> list[list[str]]:
    """The cells of the list, line by line."""
    rows = re.findall(r"<tr>(<td.*?)</tr>", response.content.decode(), re.DOTALL)
    return [
        [text_of(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def key(kind: str, document: str, partner: str) -> dict[str, str]:
    return {"kind": kind, "document": document, "partner": partner}


def test_rows_of_one_number_and_one_partner_are_an_order(
    client: Client, distributor: Side, maker: Side, stranger: Side, page: str
) -> None:
    with derived_once():
        came(distributor.unit, maker.unit, 1, days=2)
        came(distributor.unit, maker.unit, 2, days=3)
        came(distributor.unit, stranger.unit, 3, days=1)
        voided(came(distributor.unit, maker.unit, 4))
    found = lines(client.get(page))
    name, uscc = maker.unit.name, maker.unit.uscc
    times = "2024-12-17 16:15:00 至 2024-12-18 16:15:00"
    assert found == [
        ["1", "入库", "FH1", "RK1", name, uscc, times, "已收货", "2", "查看"],
        ["2", "入库", "FH1", "RK1", stranger.unit.name, stranger.unit.uscc]
        + ["2024-12-16 16:15:00", "已收货", "1", "查看"],
    ]


def test_what_rows_of_an_order_say_differently_is_said(
    client: Client, distributor: Side, maker: Side, page: str
) -> None:
    with derived_once():
        came(distributor.unit, maker.unit, 1)
        came(distributor.unit, maker.unit, 2, on={"shp_sin_no": "FH2"}, status="0")
    assert lines(client.get(page))[0][2:8:5] == ["FH1 等", "各行不一致"]


def test_a_unit_sees_its_own_papers_alone(
    client: Client, distributor: Side, maker: Side, page: str
) -> None:
    sent(maker.unit, distributor.unit, 1)
    assert "暂无数据" in text(client.get(page))
    asked = key("shipment", "FH1", distributor.unit.uscc)
    assert client.get(f"{page}one/", asked).status_code == 404
    for action in ("void", "export"):
        assert client.post(f"{page}{action}/", asked).status_code == 404
    mine = client_of(maker.agent.account)
    address = f"/u/{maker.unit.slug}/maker/upload/orders/one/"
    assert mine.get(address, asked).status_code == 200
    assert mine.get(address, {**asked, "document": "FH2"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"number": " rk2 "}, ["RK2"]),
        ({"number": "FH"}, ["RK2", "RK1"]),
        ({"number": "FH1"}, ["RK1"]),
        ({"kind": "circulation-out"}, []),
        ({"kind": "circulation-in"}, ["RK2", "RK1"]),
        ({"kind": "shipment"}, []),
        ({"partner": "没有的单位"}, []),
        ({"from": "2024-12-18"}, ["RK2"]),
        ({"to": "2024-12-17"}, ["RK1"]),
        ({"from": "2024-12-17", "to": "2024-12-17"}, ["RK1"]),
        ({"from": "2024-12-18", "to": "2024-12-17"}, []),
    ],
)
def test_the_filter_narrows_the_list(
    client: Client,
    distributor: Side,
    maker: Side,
    page: str,
    asked: dict[str, str],
    found: list[str],
) -> None:
    with derived_once():
        came(distributor.unit, maker.unit, 1, days=2)
        came(
            distributor.unit, maker.unit, 2, days=3, on={"shp_sin_no": "FH2", "shpp_sin_no": "RK2"}
        )
    assert [line[3] for line in lines(client.get(page, asked))] == found
    name = {"partner": maker.unit.name[1:]}
    assert len(lines(client.get(page, name))) == 2


def answers(client: Client, page: str, asked: Mapping[str, str]) -> dict[str, str]:
    """How each code of an order stands with the other side."""
    found = lines(client.get(f"{page}one/", {**asked, "size": "50"}))
    return {line[1]: line[5] for line in found}


def test_each_code_says_whether_the_other_side_confirmed_it(
    client: Client, distributor: Side, maker: Side, stranger: Side, page: str
) -> None:
    with derived_once():
        for serial in range(6):
            came(distributor.unit, maker.unit, serial)
        sent(maker.unit, distributor.unit, 0)
        sent(maker.unit, distributor.unit, 1, "FH9")
        sent(maker.unit, stranger.unit, 2)
        sent(maker.unit, distributor.unit, 3, status="0")
        voided(sent(maker.unit, distributor.unit, 4))
        sent(stranger.unit, distributor.unit, 5)
    asked = key("circulation-in", "RK1", maker.unit.uscc)
    told = answers(client, page, asked)
    assert told[small(0)] == "对方已确认"
    assert told[small(1)] == "对方已确认，单据编号不一致"
    assert {told[small(n)] for n in (2, 3, 4, 5)} == {"对方未确认"}
    shown = text(client.get(f"{page}one/", asked))
    assert "对方已确认 1 个" in shown
    assert "对方未确认 4 个" in shown
    assert "对方单位未在本平台注册" not in shown
    assert "FH9" not in shown, "another's number"
    narrow = lines(client.get(f"{page}one/", {**asked, "answer": "other-number"}))
    assert [line[1] for line in narrow] == [small(1)]
    assert [line[1] for line in lines(client.get(f"{page}one/", {**asked, "code": small(3)}))] == [
        small(3)
    ]


def test_the_seller_sees_what_the_buyer_confirmed(distributor: Side, maker: Side) -> None:
    with derived_once():
        for serial in range(3):
            sent(maker.unit, distributor.unit, serial)
        came(distributor.unit, maker.unit, 0)
        came(distributor.unit, maker.unit, 1, on={"shp_sin_no": "FH7"})
    mine = client_of(maker.agent.account)
    page = f"/u/{maker.unit.slug}/maker/upload/orders/"
    told = answers(mine, page, key("shipment", "FH1", distributor.unit.uscc))
    assert list(told.values()) == ["对方已确认", "对方已确认，单据编号不一致", "对方未确认"]
    assert "RK1" not in text(mine.get(f"{page}one/", key("shipment", "FH1", distributor.unit.uscc)))


def test_pieces_of_a_lot_are_counted_and_confirmed_paper_by_paper(
    distributor: Side, maker: Side
) -> None:
    """The same code goes in two papers; the buyer tells of one of them."""
    with derived_once():
        sent(maker.unit, distributor.unit, 0, "FH1", quantity=Decimal("300.0000"))
        sent(maker.unit, distributor.unit, 0, "FH2", quantity=Decimal("1.5"))
        came(distributor.unit, maker.unit, 0, quantity=Decimal(300))
    mine = client_of(maker.agent.account)
    page = f"/u/{maker.unit.slug}/maker/upload/orders/"
    ((_, _, _, count, _, answer),) = lines(
        mine.get(f"{page}one/", key("shipment", "FH1", distributor.unit.uscc))
    )
    assert (count, answer) == ("300", "对方已确认")
    ((_, _, _, count, _, answer),) = lines(
        mine.get(f"{page}one/", key("shipment", "FH2", distributor.unit.uscc))
    )
    assert (count, answer) == ("1.5", "对方未确认")


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        ([299], "对方已确认，数量不一致"),
        ([300], "对方已确认"),
        ([200, 100], "对方已确认"),
        ([200, 99], "对方已确认，数量不一致"),
        ([200, None], "对方已确认"),
    ],
)
def test_quantities_of_a_lot_that_differ_are_said_without_a_figure(
    distributor: Side, maker: Side, received: list[int | None], answer: str
) -> None:
    """One lot is sent in one paper, and received in one or in several."""
    with derived_once():
        sent(maker.unit, distributor.unit, 0, "FH1", quantity=Decimal(300))
        for place, count in enumerate(received):
            paper = {"shpp_sin_no": f"RK{place}"}
            quantity = None if count is None else Decimal(count)
            came(distributor.unit, maker.unit, 0, on=paper, quantity=quantity)
    mine, theirs = client_of(maker.agent.account), client_of(distributor.agent.account)
    page = f"/u/{maker.unit.slug}/maker/upload/orders/"
    asked = key("shipment", "FH1", distributor.unit.uscc)
    assert list(answers(mine, page, asked).values()) == [answer]
    assert "299" not in text(mine.get(f"{page}one/", asked))
    page = f"/u/{distributor.unit.slug}/distributor/upload/orders/"
    asked = key("circulation-in", "RK0", maker.unit.uscc)
    assert list(answers(theirs, page, asked).values()) == [answer]


def test_a_box_answers_for_its_packs_and_they_for_it_within_the_chain(
    client: Client, distributor: Side, maker: Side, page: str
) -> None:
    """The maker sends boxes of four packs, two middle ones in each; the buyer scans otherwise."""
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    packed(maker.unit, batch, 12, per_middle=2, per_large=2)
    with derived_once():
        for large in range(3):
            sent(maker.unit, distributor.unit, 0, code=box(large, 3))
        came(distributor.unit, maker.unit, 0)
        came(distributor.unit, maker.unit, 0, code=box(2, 2))
        came(distributor.unit, maker.unit, 0, code=box(3, 2))
        came(distributor.unit, maker.unit, 8)
    bought = answers(client, page, key("circulation-in", "RK1", maker.unit.uscc))
    assert set(bought.values()) == {"对方已确认"}
    mine = client_of(maker.agent.account)
    own_page = f"/u/{maker.unit.slug}/maker/upload/orders/"
    asked = key("shipment", "FH1", distributor.unit.uscc)
    told = answers(mine, own_page, asked)
    assert told == {
        box(0, 3): "对方未确认",
        box(1, 3): "对方已确认",
        box(2, 3): "对方未确认",
    }
    assert "大包装 3 个" in text(mine.get(f"{own_page}one/", asked))


def test_two_outside_the_chain_learn_nothing_of_how_codes_are_packed(
    client: Client, distributor: Side, maker: Side, stranger: Side, page: str
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    packed(maker.unit, batch, 2, per_middle=2)
    with derived_once():
        came(distributor.unit, stranger.unit, 0)
        sent(stranger.unit, distributor.unit, 0, code=box(0, 2))
    asked = key("circulation-in", "RK1", stranger.unit.uscc)
    assert answers(client, page, asked) == {small(0): "对方未确认"}
    assert "级别未知 1 个" in text(client.get(f"{page}one/", asked))


def test_a_large_order_is_compared_page_by_page(
    client: Client, distributor: Side, maker: Side, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with derived_once():
        for serial in range(12):
            came(distributor.unit, maker.unit, serial)
        sent(maker.unit, distributor.unit, 11)
    for module in (queries_answers, views_orders):
        monkeypatch.setattr(module, "MOST_COMPARED", 10)
    asked = key("circulation-in", "RK1", maker.unit.uscc)
    second = client.get(f"{page}one/", {**asked, "page": "2"})
    assert [line[5] for line in lines(second)] == ["对方未确认", "对方已确认"]
    assert "本单据超过 10 个追溯码" in text(second)
    assert "对方确认情况：" not in text(second)
    assert [line[1] for line in lines(client.get(f"{page}one/", {**asked, "code": small(3)}))] == [
        small(3)
    ]


def test_a_makers_receipt_asks_nobody(distributor: Side, maker: Side) -> None:
    EventFactory.create(
        unit=maker.unit, kind="receipt", document="SH1", to=distributor.unit, code=small(1)
    )
    mine = client_of(maker.agent.account)
    page = f"/u/{maker.unit.slug}/maker/upload/orders/"
    assert lines(mine.get(page))[0][1:6] == [
        "收货",
        "—",
        "SH1",
        distributor.unit.name,
        distributor.unit.uscc,
    ]
    assert answers(mine, page, key("receipt", "SH1", distributor.unit.uscc)) == {small(1): "—"}


def test_a_partner_that_nobody_registered_cannot_confirm(
    client: Client, distributor: Side, page: str
) -> None:
    came(distributor.unit, UnitFactory.build(), 1)
    partner = Order.objects.of(distributor.unit).get().partner
    shown = text(client.get(f"{page}one/", key("circulation-in", "RK1", partner)))
    assert "对方单位未在本平台注册" in shown


def test_an_order_is_exported_with_every_code(
    client: Client, distributor: Side, maker: Side, page: str
) -> None:
    with derived_once():
        for serial in range(3):
            came(distributor.unit, maker.unit, serial)
        sent(maker.unit, distributor.unit, 1)
    asked = key("circulation-in", "RK1", maker.unit.uscc)
    response = client.post(f"{page}export/", asked)
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    heads, *rows = (
        CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert heads[:4] == ["类型", "发货单编号", "收货单编号", "对方单位"]
    assert [row[8] for row in rows] == [small(n) for n in range(3)]
    assert [row[-1] for row in rows] == ["对方未确认", "对方已确认", "对方未确认"]
    entry = OperationLog.objects.of(distributor.unit).get(action="order-exported")
    assert (entry.target, entry.after) == ("RK1", {"order": "circulation-in", "rows": 3})


def test_an_order_for_which_there_is_no_room_is_said_to_be_none(
    client: Client, distributor: Side, maker: Side, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with derived_once():
        came(distributor.unit, maker.unit, 1)
    without_room(monkeypatch)
    client.raise_request_exception = False
    response = client.post(f"{page}export/", key("circulation-in", "RK1", maker.unit.uscc))
    assert response.status_code == 507
    assert "存储空间已满" in response.content.decode()


def test_a_whole_order_is_voided_and_its_codes_leave_the_list(
    client: Client, distributor: Side, maker: Side, page: str
) -> None:
    with derived_once():
        for serial in range(3):
            came(distributor.unit, maker.unit, serial)
        came(distributor.unit, maker.unit, 9, on={"shpp_sin_no": "RK2"})
    asked = key("circulation-in", "RK1", maker.unit.uscc)
    dialog = client.post(f"{page}void/", asked, headers=FRAGMENT)
    assert "将删除单据 RK1 的全部 3 条数据" in text(dialog)
    assert TraceEvent.objects.of(distributor.unit).filter(voided_at=None).count() == 4
    given = {**asked, "asked": "1", "codes": "3"}
    assert "没有填写删除原因" in text(client.post(f"{page}void/", given))
    done = client.post(f"{page}void/", {**given, "reason": "重复录入"}, follow=True)
    assert "已删除单据 RK1 的 3 条数据。" in text(done)
    assert [line[3] for line in lines(done)] == ["RK2"]
    assert RowHistory.objects.of(distributor.unit).filter(cause="voided").count() == 3
    entry = OperationLog.objects.of(distributor.unit).get(action="order-voided")
    assert (entry.target, entry.after) == ("RK1", {"reason": "重复录入", "rows": 3})


def test_an_order_that_grew_meanwhile_is_not_voided(
    client: Client, distributor: Side, maker: Side, page: str
) -> None:
    came(distributor.unit, maker.unit, 1)
    came(distributor.unit, maker.unit, 2)
    asked = {**key("circulation-in", "RK1", maker.unit.uscc), "asked": "1", "reason": "重复"}
    refused = client.post(f"{page}void/", {**asked, "codes": "1"})
    assert refused.status_code == 422
    assert "刚才有 1 个追溯码，现在有 2 个，没有继续" in text(refused)
    assert Order.objects.of(distributor.unit).get().codes == 2


def test_what_is_too_large_for_one_answer_is_refused(
    client: Client, distributor: Side, maker: Side, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    came(distributor.unit, maker.unit, 1)
    came(distributor.unit, maker.unit, 2)
    monkeypatch.setattr(actions_orders, "MOST_EXPORTED", 1)
    asked = key("circulation-in", "RK1", maker.unit.uscc)
    export = client.post(f"{page}export/", asked, follow=True)
    assert "超过一次可导出的上限 1 个" in text(export)


def test_a_very_large_order_is_voided_in_steps(
    client: Client, distributor: Side, maker: Side, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with derived_once():
        for serial in range(5):
            came(distributor.unit, maker.unit, serial)
    monkeypatch.setattr(actions_orders, "MOST_VOIDED", 2)
    asked = {**key("circulation-in", "RK1", maker.unit.uscc), "asked": "1", "reason": "重复"}
    with monkeypatch.context() as hurried:
        hurried.setattr(views_orders, "VOIDING_SECONDS", -1)
        part = client.post(f"{page}void/", {**asked, "codes": "5"}, follow=True)
    assert "已删除单据 RK1 的 2 条数据，还有 3 条。请再次点击【删除】" in text(part)
    assert Order.objects.of(distributor.unit).get().codes == 3
    rest = client.post(f"{page}void/", {**asked, "codes": "3"}, follow=True)
    assert "已删除单据 RK1 的 3 条数据。" in text(rest)
    assert not Order.objects.of(distributor.unit).exists()
    entries = OperationLog.objects.of(distributor.unit).filter(action="order-voided")
    assert sorted(entry.after["rows"] for entry in entries if entry.after) == [1, 2, 2]
