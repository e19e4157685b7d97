"""接口调用自助服务 and 接口密钥 as they are used: form, SKey once, list, dialogs."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.core.origin import COMMAND
from accounts.keys import views_debugging
from accounts.keys.actions import rotate
from accounts.keys.models import InterfaceKey
from accounts.keys.offers import Link, declare, offered
from accounts.units.models import Unit
from tests.accounts.keys.keys import key_of
from tests.factories import AgentFactory, UnitFactory
from tests.people import Side, client_of, side

pytestmark = pytest.mark.django_db
FORM = {
    "name": "进销存系统",
    "kinds": ["maker"],
    "scopes": ["maker-upload", "maker-query"],
    "contact_name": "张某",
    "contact_phone": "0571-88880000",
    "expires": "",
    "networks": "203.0.113.8\n203.0.113.0/24",
}


def page_of(maker: Side, rest: str = "") -> str:
    return f"/u/{maker.unit.slug}/keys/{rest}"


def made(maker: Side) -> InterfaceKey:
    return InterfaceKey.objects.of(maker.unit).latest("pk")


def test_an_application_leads_to_the_secret_which_is_shown_once(
    maker: Side, agent_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = agent_client.post(page_of(maker), FORM)
    key = made(maker)
    assert answer["Location"] == page_of(maker, f"{key.pk}/secret/")
    assert key.sk not in answer["Location"] + str(answer.cookies)
    shown = agent_client.get(answer["Location"])
    page = shown.content.decode()
    assert (page.count(f">{key.ak}<"), page.count(f">{key.sk}<")) == (1, 1)
    assert "只在本页显示这一次" in page
    assert "《操作指南》" in page
    assert "no-store" in shown["Cache-Control"]
    again = agent_client.get(answer["Location"], follow=True).content.decode()
    assert key.sk not in again
    assert "不能再查看" in again
    assert key.ak in again
    assert key.sk not in caplog.text
    stored = cache._cache.get_client().keys("*")  # type: ignore[attr-defined]
    assert all(key.sk.encode() not in name for name in stored)
    assert key.networks == ["203.0.113.8/32", "203.0.113.0/24"]


def test_no_page_shows_a_secret_again(
    maker: Side, agent_client: Client, unit_client: Client
) -> None:
    key = key_of(maker)
    for client, address in (
        (agent_client, page_of(maker)),
        (agent_client, page_of(maker, f"{key.pk}/change/")),
        (agent_client, page_of(maker, f"{key.pk}/rotate/")),
        (unit_client, f"/u/{maker.unit.slug}/unit-keys/"),
        (unit_client, f"/u/{maker.unit.slug}/log/"),
    ):
        page = client.get(address).content.decode()
        assert key.ak in page
        assert key.sk not in page


def test_only_who_applied_sees_the_secret(maker: Side, agent_client: Client) -> None:
    """The key of a stand-in, or of who had the business before, is shown to nobody else."""
    other = AgentFactory.create(units=[maker.unit])
    key = key_of(maker)
    InterfaceKey.everything.filter(pk=key.pk).update(made_by=other.account)
    page = agent_client.get(page_of(maker, f"{key.pk}/secret/"), follow=True).content.decode()
    assert key.sk not in page


def test_kinds_and_their_boxes_decide_the_scopes() -> None:
    both = side(UnitFactory.create(is_distributor=True))
    client = client_of(both.agent.account)
    page = client.get(page_of(both)).content.decode()
    assert page.count('name="kinds"') == 2
    assert page.count('name="scopes"') == 4
    sent = FORM | {"scopes": ["maker-upload", "distributor-upload"]}
    client.post(page_of(both), sent)
    assert made(both).scopes == ["maker-upload"]


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        ("name", "", "请填写用途"),
        ("name", "长" * 41, "40 个字符以内"),
        ("kinds", [], "没有勾选接口权限"),
        ("kinds", ["distributor"], "不是本单位可用的选项"),
        ("scopes", ["distributor-upload"], "不是本单位可用的选项"),
        ("contact_name", "", "请填写联系人"),
        ("contact_phone", "打电话", "联系电话不正确"),
        ("expires", "2020-01-01", "已经过去"),
        ("expires", "明天", "不是日期"),
        ("networks", "203.0.113.8/24", "主机位不为零"),
        ("networks", "localhost", "不是 IP 地址或网段"),
    ],
)
def test_what_is_wrong_is_said_on_the_form(
    maker: Side, agent_client: Client, field: str, sent: object, said: str
) -> None:
    answer = agent_client.post(page_of(maker), FORM | {field: sent})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not InterfaceKey.objects.of(maker.unit).exists()


def test_a_key_is_changed_frozen_thawed_and_ended_from_the_list(
    maker: Side, agent_client: Client
) -> None:
    agent_client.post(page_of(maker), FORM | {"expires": "2099-12-31"})
    key = made(maker)
    form = agent_client.get(page_of(maker, f"{key.pk}/change/")).content.decode()
    assert 'value="2099-12-31"' in form
    changed = agent_client.post(
        page_of(maker, f"{key.pk}/change/"), FORM | {"name": "追溯程序"}, follow=True
    ).content.decode()
    assert "追溯程序" in changed
    assert "长期有效" in changed
    frozen = agent_client.post(
        page_of(maker, f"{key.pk}/freeze/"), {"reason": "疑似泄露"}, follow=True
    ).content.decode()
    assert "已冻结" in frozen
    assert "由经办人冻结：疑似泄露" in frozen
    agent_client.post(page_of(maker, f"{key.pk}/thaw/"))
    ended = agent_client.post(page_of(maker, f"{key.pk}/end/"), follow=True).content.decode()
    assert "已停用" in ended
    assert "经办人停用" in ended
    assert f"{key.pk}/end/" not in ended


def test_a_rotation_leads_to_the_secret_of_the_successor(maker: Side, agent_client: Client) -> None:
    key = key_of(maker)
    page = agent_client.post(page_of(maker, f"{key.pk}/rotate/"), follow=True).content.decode()
    new = made(maker)
    assert new.succeeds == key
    assert new.sk in page
    listed = agent_client.get(page_of(maker)).content.decode()
    assert f"接替 AKey {key.ak}" in listed
    assert f"{new.pk}/rotate/" not in listed
    assert f"已由 AKey {new.ak} 接替" in listed
    assert f"{key.pk}/rotate/" not in listed
    refused = agent_client.post(page_of(maker, f"{key.pk}/rotate/"), follow=True)
    assert "已经更换过" in refused.content.decode()


def test_the_unit_account_sees_freezes_and_ends(maker: Side, unit_client: Client) -> None:
    key = key_of(maker)
    address = f"/u/{maker.unit.slug}/unit-keys/"
    assert key.name in unit_client.get(address).content.decode()
    unit_client.post(f"{address}{key.pk}/freeze/", {"reason": "核查"})
    agent = client_of(maker.agent.account)
    # What the unit account has frozen, the agent is not offered to undo.
    assert f"{key.pk}/thaw/" not in agent.get(page_of(maker)).content.decode()
    refused = agent.post(page_of(maker, f"{key.pk}/thaw/"), follow=True).content.decode()
    assert "由单位账号冻结" in refused
    unit_client.post(f"{address}{key.pk}/thaw/")
    assert "已停用" in unit_client.post(f"{address}{key.pk}/end/", follow=True).content.decode()


def test_a_key_of_another_unit_is_one_that_does_not_exist(
    maker: Side, stranger: Side, stranger_client: Client
) -> None:
    theirs = key_of(maker)
    for rest in ("change", "rotate", "freeze", "thaw", "end"):
        address = f"/u/{stranger.unit.slug}/keys/{theirs.pk}/{rest}/"
        assert stranger_client.get(address).status_code == 404
        assert stranger_client.post(address, FORM).status_code == 404
    page = stranger_client.get(f"/u/{stranger.unit.slug}/keys/{theirs.pk}/secret/", follow=True)
    assert theirs.sk not in page.content.decode()
    assert (
        rotate(
            maker.unit, maker.agent, theirs.pk, origin=COMMAND.done_by(maker.agent.account)
        ).succeeds
        == theirs
    )


def test_other_apps_put_links_on_the_page(
    maker: Side, agent_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(unit: Unit) -> list[Link]:
        return [
            Link(f"{kind.label}对接方案", f"/{kind.code}/", downloads=True) for kind in unit.kinds
        ]

    monkeypatch.setattr("accounts.keys.offers._OFFERS", [])
    assert offered(maker.unit) == []
    declare(plan)
    page = agent_client.get(page_of(maker)).content.decode()
    assert "生产企业对接方案" in page
    assert "流通企业对接方案" not in page


def test_what_is_debugged_is_of_a_key_of_the_unit_and_not_too_often(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = key_of(side(UnitFactory.create()))
    client = client_of(maker.agent.account)
    asked = {"ak": other.ak, "timestamp": "1687674798", "param": "{}", "sign": "0" * 64}
    answer = client.post(page_of(maker, "debug/"), asked)
    assert answer.status_code == 422
    assert "debug_key_unknown" in answer.context["form"].errors.as_json()
    monkeypatch.setattr(views_debugging, "DEBUGS_AN_HOUR", 1)
    answer = client.post(page_of(maker, "debug/"), asked)
    assert "debugs_too_many" in answer.context["form"].errors.as_json()


def test_keys_webhooks_and_what_is_below_lead_to_each_other(
    maker: Side, agent_client: Client
) -> None:
    key, base = key_of(maker), f"/u/{maker.unit.slug}/"
    here = f'href="{base}keys/" aria-current="page"'
    keys, hooks = page_of(maker), f"{base}api/webhooks/"
    assert f'href="{hooks}"' in agent_client.get(keys).content.decode()
    for address in (hooks, page_of(maker, f"{key.pk}/calls/"), page_of(maker, "debug/")):
        page = agent_client.get(address).content.decode()
        assert f'href="{keys}">返回接口调用自助服务' in page
        assert here in page


def test_the_last_day_of_a_key_is_the_one_that_was_typed(maker: Side, agent_client: Client) -> None:
    past = agent_client.post(page_of(maker), FORM | {"expires": "2020-01-01"}).content.decode()
    assert "有效期 2020-01-01 已经过去" in past
    agent_client.post(page_of(maker), FORM | {"expires": "2099-12-31"})
    assert "至 2099-12-31 当天" in agent_client.get(page_of(maker)).content.decode()


def test_all_that_is_wrong_is_said_at_once(maker: Side, agent_client: Client) -> None:
    wrong = {"name": "", "expires": "2020-01-01", "networks": "localhost", "scopes": []}
    page = agent_client.post(page_of(maker), FORM | wrong).content.decode()
    for said in ("请填写用途", "已经过去", "不是 IP 地址或网段", "没有勾选接口权限"):
        assert said in page


def test_a_form_sent_twice_makes_one_key(maker: Side, agent_client: Client) -> None:
    agent_client.post(page_of(maker), FORM)
    again = agent_client.post(page_of(maker), FORM)
    assert (again.status_code, InterfaceKey.objects.of(maker.unit).count()) == (422, 1)
    assert "已有用途为“进销存系统”的密钥" in again.content.decode()
    # A key that is changed keeps its own name.
    changed = agent_client.post(
        page_of(maker, f"{made(maker).pk}/change/"), FORM | {"contact_name": "李某"}, follow=True
    )
    assert "已修改：联系人" in changed.content.decode()


def test_the_page_of_the_secret_says_that_a_key_is_of_the_sandbox(
    maker: Side, agent_client: Client
) -> None:
    page = agent_client.post(page_of(maker), FORM | {"sandbox": "on"}, follow=True)
    assert "这是联调（沙箱）密钥" in page.content.decode()
