"""Keys belong to their business: they move with it, and end with it, in one transaction."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.agents.actions import remove_member
from accounts.core.kinds import DISTRIBUTOR, MAKER
from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.keys.actions_ending import keys_follow
from accounts.keys.authentication import caller
from accounts.keys.authentication import key_of as key_by
from accounts.keys.models import InterfaceKey
from accounts.keys.models_webhooks import Pause, Webhook, WebhookState
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights import followers
from accounts.rights.actions_granting import grant, revoke
from accounts.rights.actions_handing_over import hand_over
from accounts.rights.models import Authorization
from accounts.rights.unfinished import going_along
from accounts.staff.actions_oversight import withdraw_authorization
from accounts.units.actions_closing import close_agent, close_unit
from accounts.units.actions_oversight import change_unit_kinds, suspend_unit
from portal.lib.refused import Refused
from tests.accounts.keys.keys import key_of
from tests.accounts.keys.webhooks import webhook_of
from tests.factories import AgentFactory
from tests.people import Side
from tests.tracing.api.calls import call

pytestmark = pytest.mark.django_db
BUSINESS = "api-self-service"
FRAGMENT = {"HX-Request": "true"}


def now_of(key: InterfaceKey) -> InterfaceKey:
    return InterfaceKey.everything.get(pk=key.pk)


def moved_on(side: Side) -> Side:
    """Hand the business of keys to a colleague."""
    other = AgentFactory.create(units=[side.unit])
    hand_over(side.unit, BUSINESS, holder_id=side.agent.pk, to=other, origin=COMMAND)
    return Side(side.unit, other)


def told(account: Account) -> str:
    return "".join(message(notice).text for notice in Notice.objects.filter(account=account))


def test_a_key_moves_with_its_business(maker: Side) -> None:
    key = key_of(maker)
    after = moved_on(maker)
    assert (now_of(key).holder, now_of(key).ended_at) == (after.agent, None)
    entry = OperationLog.objects.of(maker.unit).get(action="key-moved")
    assert key.ak in entry.target
    assert "1 把接口密钥随业务转给您" in told(after.agent.account)
    # A program goes on as before, in the name of the next agent.
    assert caller(key_by(key.ak), COMMAND).agent == after.agent


def test_another_business_takes_no_key_along(maker: Side) -> None:
    key = key_of(maker)
    other = AgentFactory.create(units=[maker.unit])
    hand_over(maker.unit, "maker-upload", holder_id=maker.agent.pk, to=other, origin=COMMAND)
    revoke(maker.unit, maker.agent, "maker-query")
    assert (now_of(key).holder, now_of(key).ended_at) == (maker.agent, None)


@pytest.mark.parametrize("how", ["revoked", "withdrawn", "removed", "agent closed", "unit closed"])
def test_a_key_ends_with_its_business(maker: Side, how: str) -> None:
    key = key_of(maker)
    match how:
        case "revoked":
            revoke(maker.unit, maker.agent, BUSINESS)
        case "withdrawn":
            row = Authorization.objects.of(maker.unit).get(business=BUSINESS)
            withdraw_authorization(row, "核查")
        case "removed":
            remove_member(maker.unit, maker.agent)
        case "agent closed":
            close_agent(maker.agent.account)
        case "unit closed":
            close_unit(maker.unit.account)
    ended = now_of(key)
    assert ended.ended_at is not None
    assert ended.end == InterfaceKey.End.RIGHT
    assert OperationLog.objects.of(maker.unit).filter(action="key-ended").count() == 1
    answer = call(key, "upload/domestic-drug-codes", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")


def test_both_are_told_that_keys_end(maker: Side) -> None:
    key_of(maker)
    revoke(maker.unit, maker.agent, BUSINESS)
    for account in (maker.agent.account, maker.unit.account):
        assert "1 把接口密钥随之停用" in told(account)


def test_a_closed_unit_keeps_its_keys_and_they_do_nothing(maker: Side) -> None:
    key = key_of(maker)
    suspend_unit(maker.unit, "核查")
    assert now_of(key).ended_at is None
    answer = call(key, "upload/domestic-drug-codes", {})
    assert answer.json()["code"] == "key_without_holder"


def test_nothing_follows_where_nothing_is_done(
    maker: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails after the keys have followed takes that back."""
    key = key_of(maker)
    other = AgentFactory.create(units=[maker.unit])

    def fail(passing: followers.Passing) -> None:
        keys_follow(passing)
        raise Refused("no_business", business="测试")

    monkeypatch.setattr(followers, "_FOLLOWERS", [fail])
    with pytest.raises(Refused):
        hand_over(maker.unit, BUSINESS, holder_id=maker.agent.pk, to=other, origin=COMMAND)
    assert now_of(key).holder == maker.agent


def test_a_key_does_no_more_than_its_unit_has(maker: Side) -> None:
    """Staff change what the unit is; the key keeps its scopes, of which those of now count."""
    change_unit_kinds(maker.unit, frozenset({MAKER, DISTRIBUTOR}), "新增流通业务")
    maker.unit.refresh_from_db()
    key = key_of(maker, ["distributor-upload"])
    change_unit_kinds(maker.unit, frozenset({MAKER}), "不再流通")
    answer = call(key, "upload/circulation", {"data": []})
    assert answer.json()["code"] == "scope_not_of_unit"


def test_keys_are_named_where_the_business_changes_hands(maker: Side) -> None:
    key_of(maker)
    (pile,) = going_along(maker.unit, [BUSINESS])
    assert (pile.title, pile.total) == ("接口密钥", 1)
    assert pile.newest[0].name == "进销存系统"
    assert going_along(maker.unit, ["maker-query"]) == []


def test_the_unit_is_told_before_keys_end(maker: Side, unit_client: Client) -> None:
    base = f"/u/{maker.unit.slug}/agents/{maker.agent.pk}/"
    assert "接口密钥" not in unit_client.get(f"{base}remove/", headers=FRAGMENT).content.decode()
    key_of(maker)
    for address in (base, f"{base}remove/"):
        page = unit_client.get(address, headers=FRAGMENT).content.decode()
        assert "接口密钥" in page
        assert "不能恢复" in page


def state_now(webhook: Webhook) -> tuple[str, str]:
    found = Webhook.everything.get(pk=webhook.pk)
    return found.state, found.paused_why


def test_a_webhook_goes_along_with_its_business(maker: Side) -> None:
    webhook = webhook_of(maker)
    after = moved_on(maker)
    assert state_now(webhook) == (WebhookState.LIVE, "")
    assert "1 个事件通知地址随业务转给您" in told(after.agent.account)


def test_a_webhook_is_paused_when_its_business_falls_free(maker: Side) -> None:
    webhook = webhook_of(maker)
    revoke(maker.unit, maker.agent, "maker-query")
    assert state_now(webhook) == (WebhookState.LIVE, "")
    revoke(maker.unit, maker.agent, BUSINESS)
    assert state_now(webhook) == (WebhookState.PAUSED, Pause.VACANT)
    assert OperationLog.objects.of(maker.unit).filter(action="webhook-paused").count() == 1
    for account in (maker.agent.account, maker.unit.account):
        assert "1 个事件通知地址随之暂停" in told(account)
    # The next holder has to resume it.
    grant(maker.unit, AgentFactory.create(units=[maker.unit]), BUSINESS)
    assert state_now(webhook) == (WebhookState.PAUSED, Pause.VACANT)


def test_webhooks_are_named_where_the_business_changes_hands(
    maker: Side, unit_client: Client
) -> None:
    webhook_of(maker)
    base = f"/u/{maker.unit.slug}/agents/{maker.agent.pk}/"
    for address, said in (
        (base, "有事件通知 1 项：取消其业务的勾选后立即暂停"),
        (f"{base}remove/", "以下内容随业务暂停"),
        (reverse("accounts:hand-over", args=[maker.unit.slug, BUSINESS]), "事件通知：1 项"),
    ):
        assert said in unit_client.get(address, headers=FRAGMENT).content.decode()


def test_the_unit_account_sees_webhooks_and_ends_one(maker: Side, unit_client: Client) -> None:
    webhook = webhook_of(maker)
    base = f"/u/{maker.unit.slug}/unit-keys/"
    ending = f"{base}webhooks/{webhook.pk}/end/"
    page = unit_client.get(base).content.decode()
    assert webhook.url in page
    assert ending in page
    assert "不能恢复" in unit_client.get(ending, headers=FRAGMENT).content.decode()
    after = unit_client.post(ending, follow=True).content.decode()
    assert f"“{webhook.name}”已停用" in after
    assert webhook.url not in after
    assert state_now(webhook) == (WebhookState.ENDED, "")
