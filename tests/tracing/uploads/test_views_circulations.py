"""流通企业药耗配送信息上传: the list, its filter, a row, 删除."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.people import Side, client_of
from tests.tracing.factories import EventFactory, small, voided
from tracing.records import RECORDS
from tracing.stores.models_events import TraceEvent

pytestmark = pytest.mark.django_db

CIRCULATION = "circulation"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def page(distributor: Side) -> str:
    return f"/u/{distributor.unit.slug}/distributor/upload/"


@pytest.fixture
def client(distributor: Side) -> Client:
    """The distributor's agent, signed in."""
    return client_of(distributor.agent.account)


def told(unit: Any, serial: int, **details: Any) -> TraceEvent:
    """A row that the unit uploaded."""
    more = {name: details.pop(name) for name in ("kind", "document", "days") if name in details}
    cells = {
        "delv_emp": "某某物流有限公司",
        "delv_emp_no": "LT0001",
        "med_list_codg": "XA12AAD901A002010199001",
        "shp_sin_no": f"FH-{serial}",
        "shpp_sin_no": f"SH-{serial}",
        "shp_time": "2024-12-17T02:00:00+00:00",
        **details,
    }
    made: TraceEvent = EventFactory.create(
        code=small(serial), unit=unit, **{"kind": "circulation-in", **more}, details=cells
    )
    return made


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def codes(response: Any) -> list[str]:
    """The codes of the rows that are listed, in their order."""
    found = re.findall(r'name="key" value="([^"]+)"', response.content.decode())
    return [json.loads(unescape(key))[0] for key in found]


def key(event: TraceEvent) -> str:
    return json.dumps([event.code, event.kind, event.document])


def test_the_page_has_the_guides_fields_and_columns(client: Client, page: str) -> None:
    html = client.get(page).content.decode()
    labels = re.findall(r"<label for=[^>]+>([^<]+)</label>", html)
    assert labels[:3] == ["药品追溯码", "医疗目录编码", "流通单位名称"]
    assert "<legend>发货日期</legend>" in html
    shown = text(client.get(page))
    for words in ("流通企业查询列表", "开始日期", "结束日期", "重置", "查询", "暂无数据"):
        assert words in shown
    assert "总共 0 条 显示1-0条" in shown


def test_the_list_shows_the_newest_first_with_the_guides_columns(
    client: Client, distributor: Side, page: str
) -> None:
    told(distributor.unit, 1, days=1)
    told(distributor.unit, 2, days=3, kind="circulation-out", shpp_sin_no=None)
    told(distributor.unit, 3, days=2)
    response = client.get(page)
    assert codes(response) == [small(2), small(3), small(1)]
    html = response.content.decode()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', html)
    columns = ["流通单位编号", "流通单位", "发货单编号", "收货单编号", "入(出)库时间"]
    assert heads == ["序号", *columns, "操作"]
    cells = re.findall(r'<td data-label="([^"]+)"[^>]*>([^<]*)</td>', html)
    assert ("发货单编号", "FH-2") in cells
    assert ("入(出)库时间", "2024-12-18 16:15:00") in cells


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"trac_code": f" {small(2)} "}, [2]),
        ({"trac_code": small(2)[:-1]}, []),
        ({"trac_code": "不是码"}, []),
        ({"med_list_codg": "xb"}, [2]),
        ({"delv_emp": "100%"}, [3]),
        ({"delv_emp": "_"}, []),
        ({"delv_emp": "物流", "trac_code": small(1)}, [1]),
        ({"shp_from": "2024-12-18"}, [2, 3]),
        ({"shp_to": "2024-12-17"}, [1]),
        ({"shp_from": "2024-12-18", "shp_to": "2024-12-18"}, [2]),
        ({"shp_from": "0001-01-01", "shp_to": "9999-12-31"}, [1, 2, 3]),
    ],
)
def test_the_filter_narrows_the_list(
    client: Client, distributor: Side, page: str, asked: dict[str, str], found: list[int]
) -> None:
    told(distributor.unit, 1, days=3, shp_time="2024-12-17T15:59:59+00:00")
    told(
        distributor.unit,
        2,
        days=2,
        med_list_codg="XB01",
        # As another session of the database would have written it: the same moment counts.
        shp_time="2024-12-18T00:00:00+08:00",
    )
    told(distributor.unit, 3, days=1, delv_emp="100%配送", shp_time="2024-12-18T16:00:00+00:00")
    assert codes(client.get(page, asked)) == [small(serial) for serial in found]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"shp_from": "2024-12-19", "shp_to": "2024-12-18"}, "早于开始日期 2024-12-19"),
        ({"shp_from": "昨天"}, "请按 2024-11-20 的样式填写"),
        ({"trac_code": "80000990000000000O01"}, "可能是“80000990000000000001”"),
    ],
)
def test_days_that_cannot_be_find_nothing_and_say_why(
    client: Client, distributor: Side, page: str, asked: dict[str, str], words: str
) -> None:
    told(distributor.unit, 1)
    shown = client.get(page, asked)
    assert codes(shown) == []
    assert words in text(shown)
    assert "查询条件有误，没有查询" in text(shown)
    assert "没有符合条件的数据" not in text(shown)


def test_the_pager_is_exact_and_keeps_the_filter(
    client: Client, distributor: Side, page: str
) -> None:
    for serial in range(25):
        told(distributor.unit, serial)
    html = client.get(page, {"delv_emp": "物流", "page": "3"}).content.decode()
    assert "总共<span data-total>25</span>条 显示21-25条" in html
    assert f'href="{page}?{urlencode({"delv_emp": "物流"})}&amp;page=2"' in html


def test_the_list_is_the_units_own_and_live(
    client: Client, distributor: Side, stranger: Side, page: str
) -> None:
    theirs = told(stranger.unit, 1)
    voided(told(distributor.unit, 2))
    EventFactory.create(code=small(3), unit=distributor.unit, kind="shipment")
    assert codes(client.get(page)) == []
    assert client.get(f"{page}row/", {"key": key(theirs)}).status_code == 404


def test_a_row_is_shown_whole(client: Client, distributor: Side, page: str) -> None:
    event = told(distributor.unit, 1, inv_type="101")
    shown = client.get(f"{page}row/", {"key": key(event)}, headers=FRAGMENT)
    html = shown.content.decode()
    labels = re.findall(r"<dt>([^<]+)</dt>", html)
    assert labels == [column.label for column in RECORDS[CIRCULATION].columns]
    for words in (event.code, "入库", "2024-12-17 10:00:00", "FH-1"):
        assert f"<dd>{words}</dd>" in html
    assert "流通企业查询列表" in text(client.get(f"{page}row/", {"key": key(event)}))


def test_rows_are_voided_for_a_reason(client: Client, distributor: Side, page: str) -> None:
    gone, kept = told(distributor.unit, 1, document="IN-1"), told(distributor.unit, 2)
    fields = {"record": CIRCULATION, "key": [key(gone)]}
    asked = client.post(f"{page}void/", fields)
    assert f"{gone.code}（流通入库，单据 IN-1）" in text(asked)
    assert TraceEvent.everything.filter(voided_at=None).count() == 2
    done = client.post(f"{page}void/", {**fields, "asked": "1", "reason": "录入有误"})
    assert done["Location"] == page
    shown = client.get(page)
    assert "已删除 1 条流通企业药信息" in text(shown)
    assert codes(shown) == [kept.code]


def test_a_row_of_the_makers_records_is_not_voided_here(
    client: Client, distributor: Side, page: str
) -> None:
    fields = {"record": "domestic-drug-shipment", "key": ["x"]}
    assert client.post(f"{page}void/", fields).status_code == 404


def test_the_dialog_has_one_template(client: Client, page: str) -> None:
    html = client.get(f"{page}import/", headers=FRAGMENT).content.decode()
    assert html.count("流通企业药信息上传.xlsx") == 1
    assert "<select" not in html
    assert '<input type="hidden" name="record" value="circulation">' in html
    file = client.get(f"{page}template/circulation/")
    assert b"".join(file).startswith(b"PK")
    assert client.get(f"{page}template/domestic-drug-info/").status_code == 404
