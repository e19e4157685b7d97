"""医用耗材信息查询列表 and the dialog of a consumable."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.test import Client

from tests.people import Side, client_of
from tests.tracing.uploads.devices import (
    CODES,
    DI,
    ITEM,
    LOT,
    MCS,
    RETAIL,
    SHIPMENT,
    SPEC,
    Uploads,
    code,
    item,
    piece,
    sent,
)
from tests.tracing.uploads.rows import example
from tracing.stores.models_consumables import ConsumableItem

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = "(01)06972253600013"
# Figure 40, in its order.
TABS = ["单件信息", "规格信息", "追溯码信息", "发货单位", "配送信息", "收货信息", "零售信息"]


class Page:
    """The tab of consumables, as one agent sees it."""

    def __init__(self, who: Side, folder: Path) -> None:
        self.folder = folder
        self.client: Client = client_of(who.agent.account)
        self.base = f"/u/{who.unit.slug}/maker/upload/"

    def listed(self, **asked: str) -> str:
        """The list, narrowed."""
        answer = self.client.get(self.base, {"tab": "consumable", **asked})
        return unescape(answer.content.decode())

    def keys(self, **asked: str) -> list[Any]:
        """The UDI of the consumables that are listed."""
        found = re.findall(r'name="key" value=\'?"?(\[.+?\])"?>', self.listed(**asked))
        return [json.loads(key)[1] for key in found]

    def dialog(self, udi: str, part: str = "", status: int = 200) -> str:
        """追溯信息 of one consumable."""
        asked = {"item": json.dumps([MCS, udi]), "part": part}
        answer = self.client.get(f"{self.base}item/", asked, headers={"HX-Request": "true"})
        assert answer.status_code == status
        return unescape(answer.content.decode())


@pytest.fixture
def page(uploads: Uploads) -> Page:
    """Two consumables, one of them with a packing, a piece, a lot, and events of both."""
    other = item(udi="06972253600013", mcs_name="某某支架", dspo_used_flag="否")
    uploads.store(ITEM, item(), other)
    uploads.store(SPEC, example(SPEC))
    uploads.store(CODES, code(piece(1)), code(LOT, cnt="500"), code("(01)06972253600013(21)9"))
    uploads.store(SHIPMENT, sent(uploads.who, uploads.who, LOT, cnt="20"))
    uploads.store(RETAIL, example(RETAIL, trac_code=piece(1)))
    return Page(uploads.who, uploads.folder)


def test_the_list_holds_what_was_uploaded(page: Page) -> None:
    assert sorted(page.keys()) == [OTHER, DI]


@pytest.mark.parametrize(
    "asked",
    [
        {"udi": "6972253600013"},
        {"udi": "06972253600013"},
        {"udi": "(01)06972253600013(10)A(21)1"},
        {"udi": "]d201069722536000132112"},
        {"udi": "0697225"},
        {"mcs_name": "支架"},
        {"dspo_used_flag": "0"},
    ],
)
def test_the_filter_finds_it_however_it_is_written(page: Page, asked: dict[str, str]) -> None:
    assert page.keys(**asked) == [OTHER]


def test_the_dialog_has_a_tab_for_each_record(page: Page) -> None:
    html = page.dialog(DI)
    tabs = re.findall(r'href="[^"]+/item/[^"]+part=\w+"[^>]*>\s*([^<\s]+)\s*<', html)
    assert tabs == TABS
    assert "医用耗材追溯信息" in html
    for words in ("国械注准20193990001", "一次性使用某某导管", "某某医疗器械有限公司"):
        assert words in html
    assert "10支/盒" in page.dialog(DI, "spec")
    codes = page.dialog(DI, "codes")
    assert piece(1) in codes
    assert LOT in codes
    assert "500" in codes
    assert "总共<span data-total>2</span>条" in codes
    assert "20241217" in page.dialog(DI, "shipment")
    assert piece(1) in page.dialog(DI, "retail")
    assert "此耗材还没有上传医用耗材配送信息" in page.dialog(DI, "delivery")
    assert "总共<span data-total>1</span>条" in page.dialog(OTHER, "codes")


def test_a_row_of_a_dialog_is_voided_where_it_stands(page: Page, maker: Side) -> None:
    asked = {
        "record": CODES,
        "key": piece(1),
        "item": json.dumps([MCS, DI]),
        "part": "codes",
        "asked": "1",
        "reason": "录错",
    }
    answer = page.client.post(f"{page.base}void/", asked)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{page.base}item/?item=")
    assert piece(1) not in page.dialog(DI, "codes")


def test_an_item_with_codes_is_kept_and_the_dialog_says_why(page: Page, maker: Side) -> None:
    asked = {"record": ITEM, "key": json.dumps([MCS, DI]), "asked": "1", "reason": "录错"}
    answer = page.client.post(f"{page.base}void/", asked)
    assert answer.status_code == 422
    shown = unescape(answer.content.decode())
    assert f"医用耗材“{MCS} {DI}”下还有 2 个追溯码，不能删除。" in shown
    assert ConsumableItem.objects.of(maker.unit).filter(voided_at=None).count() == 2


def test_another_unit_sees_none_of_it(page: Page, rival: Side) -> None:
    theirs = Page(rival, page.folder)
    assert theirs.keys() == []
    theirs.dialog(DI, status=404)


def links(html: str, words: str) -> list[str]:
    """Where the links of these words lead."""
    return re.findall(
        rf'href="([^"]+)"[^>]*>(?:<svg(?:(?!</svg>).)*</svg>)?{words}<', html, re.DOTALL
    )


def test_each_part_is_searched_paged_exported_and_has_a_history(page: Page, maker: Side) -> None:
    for part in ("item", "spec", "codes", "shipment", "retail"):
        html = page.dialog(DI, part)
        (history, *_) = links(html, "历史")
        answer = page.client.get(history, headers={"HX-Request": "true"})
        told = unescape(answer.content.decode())
        assert "首次上传" in told
        assert f"/maker/upload/item/?item={quote_plus(json.dumps([MCS, DI]))}&part={part}" in told
        if part != "item":
            (export,) = links(html, "导出")
            answer = page.client.get(export)
            assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    none = page.client.get(
        links(page.dialog(DI, "shipment"), "导出")[0].replace("shipment", "delivery")
    )
    assert none.status_code == 302
    assert none["Location"].startswith(f"{page.base}item/")


def test_codes_of_a_consumable_are_found_by_code_and_box(page: Page, maker: Side) -> None:
    box = "(01)16999000000015(10)20241201(21)A001"
    Uploads(maker, page.folder).store(
        CODES, *[code(piece(n), lv2_trac_code=box) for n in range(100, 112)]
    )

    def shown(**asked: Any) -> list[str]:
        named = {"item": json.dumps([MCS, DI]), "part": "codes", **asked}
        html = unescape(page.client.get(f"{page.base}item/", named).content.decode())
        return re.findall(r'name="key" value="([^"]+)"', html.partition('id="batch-body"')[2])

    assert len(shown()) == 10
    assert len(shown(page=2)) == 4
    assert len(shown(size=20)) == 14
    assert shown(code=piece(1)) == [piece(1)]
    assert shown(code=box, page=2) == [piece(110), piece(111)]
    assert shown(code="(01)06972253600013(21)9") == []
    asked = {"item": json.dumps([MCS, DI]), "part": "codes", "code": piece(7)}
    html = page.client.get(f"{page.base}item/", asked).content.decode()
    assert "此耗材中没有这个追溯码" in html


def test_a_changed_quantity_stands_in_the_history(page: Page, maker: Side) -> None:
    Uploads(maker, page.folder).store(CODES, code(LOT, cnt="70"))
    row = next(link for link in links(page.dialog(DI, "codes"), "历史") if "%2821%29" not in link)
    told = re.sub(r"<[^>]+>|\s", " ", unescape(page.client.get(row).content.decode()))
    assert re.search(r"数量\s+500\s+70\s", told)
