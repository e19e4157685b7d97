"""The agent's hall, the unit's home, and two tabs for two units."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.core.models import Account
from accounts.core.origin import Origin
from accounts.rights.actions_granting import revoke
from accounts.rights.businesses import BUSINESSES, DENIED
from accounts.rights.holding import Holding
from accounts.rights.tiles import Tile, sections, tile_of
from accounts.signing_in.actions_sessions import sign_in
from tests.factories import AgentFactory, UnitFactory, hold
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db


def tiles(side: Side, *held: str) -> dict[str, Tile]:
    me = side.agent
    hands = {code: Holding(code, me, me, None, unit_open=True) for code in held}
    found = sections(side.unit, me, hands)
    return {tile.business.code: tile for section in found for tile in section.tiles}


def address_of(side: Side) -> str:
    return reverse("accounts:hall", args=[side.unit.slug])


def test_a_held_business_opens_its_page(maker: Side) -> None:
    tile = tiles(maker, "maker-upload")["maker-upload"]
    assert tile.address == f"/u/{maker.unit.slug}/maker/upload/"
    assert tile.notice == ""


def test_a_business_not_held_says_so(maker: Side) -> None:
    tile = tiles(maker)["maker-query"]
    assert (tile.address, tile.mark, tile.notice) == ("", "无权限", DENIED)


def test_a_held_business_without_a_page_says_so_honestly(maker: Side) -> None:
    """Every business has one now; the next one may come without."""
    without = replace(BUSINESSES["maker-upload"], url_name="")
    me = maker.agent
    hand = Holding(without.code, me, me, None, unit_open=True)
    tile = tile_of(without, maker.unit, me, hand)
    assert (tile.address, tile.mark) == ("", "即将开通")
    assert without.title in tile.notice


def test_a_business_handled_elsewhere_says_so(maker: Side) -> None:
    tile = tiles(maker)["dental-implant-prices"]
    assert (tile.address, tile.mark) == ("", "其他平台办理")
    assert "不在本平台办理" in tile.notice


def test_a_business_of_another_kind_of_unit_says_so(maker: Side, distributor: Side) -> None:
    tile = tiles(maker)["distributor-query"]
    assert tile.address == ""
    assert "只面向流通企业" in tile.notice
    assert tiles(distributor)["distributor-query"].notice == DENIED


def test_every_business_has_one_tile(maker: Side) -> None:
    assert list(tiles(maker)) == [business.code for business in BUSINESSES.values()]


def test_the_hall_has_the_labels_of_the_guide(agent_client: Client, maker: Side) -> None:
    page = agent_client.get(address_of(maker)).content.decode()
    for label in ("新的一天，欢迎您!", "登录账号", "上次登录IP", "上次登录时间", "本次登录时间"):
        assert label in page
    for label in (
        "单位名称",
        "参保单位服务",
        "医药机构服务",
        "生产企业服务",
        "退出登录",
        "温馨提示",
    ):
        assert label in page
    assert all(business.title in page for business in BUSINESSES.values())
    assert maker.unit.name in page
    assert maker.agent.mobile not in page


def test_the_times_are_shown_in_the_guides_form(client: Client, maker: Side) -> None:
    account: Account = maker.agent.account
    sign_in(account, origin=Origin("192.0.2.1"))
    sign_in(account, origin=Origin("192.0.2.2"))
    client.force_login(account)
    page = client.get(address_of(maker)).content.decode()
    assert "192.0.2.1" in page
    assert "192.0.2.2" not in page
    assert len(re.findall(r"<dd>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d</dd>", page)) == 2


def test_the_denied_dialog_stands_on_the_page(maker: Side) -> None:
    revoke(maker.unit, maker.agent, "maker-upload")
    page = client_of(maker.agent.account).get(address_of(maker)).content.decode()
    assert 'data-dialog-open="notice-maker-upload"' in page
    assert DENIED in page
    assert "确定" in page


def test_two_tabs_act_for_two_units_by_their_address(maker: Side, distributor: Side) -> None:
    agent = AgentFactory.create(units=[maker.unit, distributor.unit])
    revoke(maker.unit, maker.agent, "maker-upload")
    hold(maker.unit, agent, "maker-upload")
    client = client_of(agent.account)
    for side, open_tiles in ((maker, 1), (distributor, 0), (maker, 1)):
        answer = client.get(address_of(side))
        assert answer.context["unit"] == side.unit
        found = [t for s in answer.context["sections"] for t in s.tiles if t.address]
        assert len(found) == open_tiles
        assert f'value="{side.unit.slug}" selected' in answer.content.decode()


def test_choosing_a_unit_decides_nothing_about_the_right_to_it(
    agent_client: Client, stranger: Side
) -> None:
    chosen = agent_client.get("/units/", {"unit": stranger.unit.slug})
    assert agent_client.get(chosen["Location"]).status_code == 404
    assert agent_client.get("/units/", {"unit": "https://evil.example"}).status_code == 404


def test_the_units_home_leads_to_granting_and_the_log(unit_client: Client, maker: Side) -> None:
    page = unit_client.get(address_of(maker)).content.decode()
    for label in (
        "操作流程说明",
        "单位管理",
        "单位信息",
        "单位经办人",
        "操作记录",
        maker.unit.uscc,
    ):
        assert label in page
    for name in ("accounts:agents", "accounts:log"):
        assert reverse(name, args=[maker.unit.slug]) in page


def test_an_unknown_unit_and_a_strangers_answer_alike(agent_client: Client, stranger: Side) -> None:
    unknown = agent_client.get("/u/nobody1/")
    theirs = agent_client.get(address_of(stranger))
    assert unknown.status_code == theirs.status_code == 404
    assert unknown.content == theirs.content


def test_a_unit_that_is_both_kinds_has_both_groups_of_businesses(maker: Side) -> None:
    both = UnitFactory.create(is_distributor=True)
    found = [t for s in sections(both, maker.agent, {}) for t in s.tiles]
    assert {t.mark for t in found if t.business.served} == {"无权限"}
    assert all("只面向" not in t.notice for t in found)
