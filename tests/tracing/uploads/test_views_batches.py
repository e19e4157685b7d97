"""生产企业药耗基础信息上传: the list, its filter, 追溯信息, 删除."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.people import Side
from tests.tracing.factories import (
    DrugBatchFactory,
    EventFactory,
    TraceCodeFactory,
    derived_once,
    packed,
    small,
    voided,
)
from tracing.core.tables import Columns
from tracing.records import RECORDS
from tracing.records.bindings import BINDINGS
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_events import TraceEvent

pytestmark = pytest.mark.django_db

INFO, CODES = "domestic-drug-info", "domestic-drug-codes"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def page(maker: Side) -> str:
    return f"/u/{maker.unit.slug}/maker/upload/"


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def keys(response: Any) -> list[str]:
    """The serial numbers of the rows that are listed."""
    return re.findall(r'name="key" value="([^"]+)"', response.content.decode())


def test_the_page_has_the_guides_tabs_fields_and_columns(agent_client: Client, page: str) -> None:
    shown = text(agent_client.get(page))
    for words in ("进口药信息", "国产药信息", "医用耗材信息", "国产药信息查询列表", "暂无数据"):
        assert words in shown
    for name in ("trac_codg_sn", "med_list_codg", "drug_genname", "prodentp_name", "rx_flag"):
        assert RECORDS[INFO].column(name).label in shown
    assert "总共 0 条 显示1-0条" in shown


def test_the_list_shows_labels_of_the_record(agent_client: Client, maker: Side, page: str) -> None:
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1", manu_lotnum="LOT9")
    html = agent_client.get(page).content.decode()
    heads = re.findall(r'<th scope="col">([^<]+)</th>', html.partition("recent-title")[0])
    wanted = ["trac_codg_sn", "med_list_codg", "nat_drug_no", "drug_genname", "manu_lotnum"]
    labels = [RECORDS[INFO].column(name).label for name in (*wanted, "manu_date", "aprvno")]
    assert heads == ["序号", *labels]
    assert "LOT9" in html


def test_the_filter_narrows_the_list(agent_client: Client, maker: Side, page: str) -> None:
    for number in (1, 2):
        DrugBatchFactory.create(
            unit=maker.unit, trac_codg_sn=f"SN{number}", manu_lotnum=f"L{number}"
        )
    assert keys(agent_client.get(page, {"manu_lotnum": "L2"})) == ["SN2"]
    none = agent_client.get(page, {"manu_lotnum": "L3"})
    assert keys(none) == []
    assert "请减少查询条件" in text(none)


def test_a_date_that_is_none_finds_nothing_and_says_how_to_write_it(
    agent_client: Client, maker: Side, page: str
) -> None:
    DrugBatchFactory.create(unit=maker.unit)
    shown = agent_client.get(page, {"manu_date": "昨天"})
    assert keys(shown) == []
    assert "请按 2024-11-20 的样式填写" in text(shown)
    assert "查询条件有误，没有查询" in text(shown)
    assert "没有符合条件的数据" not in text(shown)


def test_the_pager_keeps_the_filter(agent_client: Client, maker: Side, page: str) -> None:
    for number in range(25):
        DrugBatchFactory.create(unit=maker.unit, manu_lotnum=f"SAME{number}")
    html = agent_client.get(page, {"manu_lotnum": "SAME", "page": "2"}).content.decode()
    assert "总共<span data-total>25</span>条 显示11-20条" in html
    assert f'href="{page}?manu_lotnum=SAME&amp;page=3"' in html
    assert '<input type="hidden" name="manu_lotnum" value="SAME">' in html


def test_the_list_is_the_units_own(agent_client: Client, stranger: Side, page: str) -> None:
    other = DrugBatchFactory.create(unit=stranger.unit, trac_codg_sn="THEIRS")
    assert keys(agent_client.get(page)) == []
    assert agent_client.get(f"{page}batch/", {"sn": other.trac_codg_sn}).status_code == 404


def test_the_batch_dialog_shows_facts_and_codes(
    agent_client: Client, maker: Side, page: str
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="A/B 1")
    code = TraceCodeFactory.create(unit=maker.unit, batch=batch)
    asked = {"sn": "A/B 1"}
    facts = agent_client.get(f"{page}batch/", asked, headers=FRAGMENT)
    assert "国产药追溯信息" in text(facts)
    part = BINDINGS[INFO].part
    assert part is not None
    for label in Columns(RECORDS[INFO], part.columns).labels:
        assert label in text(facts)
    codes = agent_client.get(f"{page}batch/", {**asked, "part": "codes"}, headers=FRAGMENT)
    assert code.code in text(codes)


@pytest.mark.parametrize(
    ("part", "record", "kind"),
    [
        ("shipment", "domestic-drug-shipment", "shipment"),
        ("delivery", "domestic-drug-delivery", "delivery"),
        ("receipt", "domestic-drug-receipt", "receipt"),
        ("retail", "domestic-drug-retail", "retail"),
    ],
)
def test_a_tab_lists_what_the_unit_told_of_the_batchs_codes_and_boxes(
    agent_client: Client,
    maker: Side,
    distributor: Side,
    page: str,
    part: str,
    record: str,
    kind: str,
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    other = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN2")
    pack = packed(maker.unit, batch, 4, per_middle=2, per_large=2)[0]
    else_where = TraceCodeFactory.create(batch=other, code=small(900))
    for code, document in ((pack.code, "OWN"), (pack.lv2_trac_code, "MIDDLE")):
        EventFactory.create(code=code, unit=maker.unit, kind=kind, document=document)
    EventFactory.create(code=pack.lv3_trac_code, unit=maker.unit, kind=kind, document="LARGE")
    # Of another batch, of another unit, of another record, taken back.
    EventFactory.create(code=else_where.code, unit=maker.unit, kind=kind)
    EventFactory.create(code=pack.code, unit=distributor.unit, kind=kind)
    EventFactory.create(code=pack.code, unit=maker.unit, kind="circulation-out")
    voided(EventFactory.create(code=pack.code, unit=maker.unit, kind=kind, document="GONE"))
    shown = agent_client.get(f"{page}batch/", {"sn": "SN1", "part": part}, headers=FRAGMENT)
    assert sorted(json.loads(unescape(key)) for key in keys(shown)) == sorted(
        [pack_code, kind, document]
        for pack_code, document in (
            (pack.code, "OWN"),
            (pack.lv2_trac_code, "MIDDLE"),
            (pack.lv3_trac_code, "LARGE"),
        )
    )
    heads = re.findall(r'<th scope="col">([^<]+)</th>', shown.content.decode())
    labels = [c.label for c in RECORDS[record].columns if c.name != "trac_codg_sn"]
    assert heads == ["序号", *labels]
    assert "总共 3 条 显示1-3条" in text(shown)


def test_the_list_behind_a_tab_keeps_its_own_columns(
    agent_client: Client, maker: Side, page: str
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    EventFactory.create(code=packed(maker.unit, batch, 1)[0].code, unit=maker.unit)
    alone = agent_client.get(page).content.decode()
    behind = agent_client.get(f"{page}batch/", {"sn": "SN1", "part": "shipment"}).content.decode()
    assert "国产药追溯信息" in behind

    def listing(html: str) -> str:
        return re.sub(r"csrf[^>]+>", "", html.partition('id="list"')[2].partition("</form>")[0])

    assert listing(behind) == listing(alone)


def test_a_tab_turns_pages(agent_client: Client, maker: Side, page: str) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    with derived_once():
        for pack in packed(maker.unit, batch, 25):
            EventFactory.create(code=pack.code, unit=maker.unit)
    asked = {"sn": "SN1", "part": "shipment", "page": "3"}
    shown = agent_client.get(f"{page}batch/", asked, headers=FRAGMENT)
    assert "总共 25 条 显示21-25条" in text(shown)
    assert len(keys(shown)) == 5


def test_events_are_voided_from_their_tab_and_one_comes_back_to_it(
    agent_client: Client, maker: Side, page: str
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    pack = packed(maker.unit, batch, 1)[0]
    event = EventFactory.create(code=pack.code, unit=maker.unit, document="FH-1")
    kept = EventFactory.create(code=pack.code, unit=maker.unit, document="FH-2")
    ticked = json.dumps([event.code, event.kind, event.document])
    fields = {"record": "domestic-drug-shipment", "sn": "SN1", "part": "shipment"}
    asked = void(agent_client, page, ticked, **fields)
    assert f"{pack.code}（发货，单据 FH-1）" in text(asked)
    assert "将删除以下 1 条国产药发货信息" in text(asked)
    done = void(agent_client, page, ticked, asked="1", reason="录入有误", **fields)
    assert done["Location"] == f"{page}batch/?sn=SN1&part=shipment"
    left = agent_client.get(done["Location"])
    assert "已删除 1 条国产药发货信息" in text(left)
    assert TraceEvent.everything.filter(voided_at=None).get() == kept


@pytest.mark.parametrize(
    "key", ["SN1", "[]", '["a","b"]', '["a","b",3]', '["a","b","\\u0000"]', "["]
)
def test_a_key_that_no_page_has_sent_is_a_bad_request(
    agent_client: Client, page: str, key: str
) -> None:
    answer = void(agent_client, page, key, record="domestic-drug-shipment")
    assert answer.status_code == 400


def void(client: Client, page: str, key: str, **data: str) -> Any:
    return client.post(f"{page}void/", {"record": INFO, "key": [key]} | data)


def test_voiding_asks_for_a_reason_first(agent_client: Client, maker: Side, page: str) -> None:
    DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    asked = void(agent_client, page, "SN1")
    assert asked.status_code == 200
    assert "删除原因" in text(asked)
    without = void(agent_client, page, "SN1", asked="1", reason="  ")
    assert without.status_code == 422
    assert "没有填写删除原因" in text(without)
    assert not DrugBatch.everything.filter(voided_at__isnull=False).exists()

    done = void(agent_client, page, "SN1", asked="1", reason="录入有误")
    assert done.status_code == 302
    assert DrugBatch.everything.get().void_reason == "录入有误"
    listed = agent_client.get(page)
    assert "已删除 1 条国产药信息" in text(listed)
    assert keys(listed) == []


def test_a_batch_with_codes_is_not_voided_until_its_codes_are(
    agent_client: Client, maker: Side, page: str
) -> None:
    batch = DrugBatchFactory.create(unit=maker.unit, trac_codg_sn="SN1")
    code = TraceCodeFactory.create(unit=maker.unit, batch=batch)
    refused = void(agent_client, page, "SN1", asked="1", reason="录入有误")
    assert refused.status_code == 422
    assert "下还有 1 个追溯码" in text(refused)
    before = void(agent_client, page, "SN1")
    shown = text(before)
    assert (before.status_code, "下还有 1 个追溯码" in shown) == (200, True)
    assert "请输入删除原因" not in before.content.decode()
    for name in ("追溯信息 SN1", "删除整批 SN1"):
        found = re.search(rf'href="([^"]+)">{name}</a>', before.content.decode())
        assert found
        led = agent_client.get(unescape(found[1]))
        assert (led.status_code, "SN1" in text(led)) == (200, True)

    first = void(agent_client, page, code.code, record=CODES, asked="1", reason="录入有误")
    assert first.status_code == 302
    assert TraceCode.everything.get().voided_at is not None
    assert void(agent_client, page, "SN1", asked="1", reason="录入有误").status_code == 302


def test_voiding_nothing_or_another_units_rows_changes_nothing(
    agent_client: Client, stranger: Side, page: str
) -> None:
    DrugBatchFactory.create(unit=stranger.unit, trac_codg_sn="THEIRS")
    agent_client.post(f"{page}void/", {"record": INFO})
    assert "没有勾选要删除的数据" in text(agent_client.get(page))
    void(agent_client, page, "THEIRS", asked="1", reason="试试")
    assert "没有数据被删除" in text(agent_client.get(page))
    assert agent_client.post(f"{page}void/", {"record": "circulation"}).status_code == 404
    assert DrugBatch.everything.get().voided_at is None
