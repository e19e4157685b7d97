"""转授权: from one agent to another in one step, with everything that lies in the business."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.agents.models import Agent
from accounts.core.origin import COMMAND
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights import actions_handing_over, queries
from accounts.rights.actions_asking import request_access
from accounts.rights.actions_granting import revoke
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.rights.queries import acting, holdings, stand_ins
from portal.lib.refused import Refused
from tests.accounts.rights.rights import BUSINESS, TITLE, codes, colleague, in_hours, set_stand_in
from tests.factories import AgentFactory
from tests.people import Side

__all__ = ["colleague"]
pytestmark = pytest.mark.django_db


def hand_over(maker: Side, to: Agent, business: str = BUSINESS) -> None:
    actions_handing_over.hand_over(
        maker.unit,
        business,
        holder_id=maker.agent.pk,
        to=to,
        origin=COMMAND.done_by(maker.unit.account),
    )


def address(maker: Side, business: str = BUSINESS) -> str:
    return reverse("accounts:hand-over", args=[maker.unit.slug, business])


def told(agent: Agent) -> list[str]:
    return [message(notice).text for notice in Notice.objects.filter(account=agent.account)]


def test_one_ends_in_the_moment_the_other_begins(maker: Side, colleague: Agent) -> None:
    hand_over(maker, colleague)
    old, new = Authorization.objects.of(maker.unit).filter(business=BUSINESS).order_by("pk")
    assert (old.agent, new.agent) == (maker.agent, colleague)
    assert old.revoked_at == new.granted_at
    assert new.revoked_at is None
    assert acting(maker.unit)[BUSINESS] == colleague
    assert acting(maker.unit)["maker-query"] == maker.agent


def test_a_business_granted_by_a_clock_ahead_goes_on_without_a_gap(
    maker: Side, colleague: Agent
) -> None:
    ahead = in_hours(1)
    Authorization.objects.of(maker.unit).filter(business=BUSINESS).update(granted_at=ahead)
    hand_over(maker, colleague)
    old, new = Authorization.objects.of(maker.unit).filter(business=BUSINESS).order_by("pk")
    assert old.granted_at == old.revoked_at == new.granted_at == ahead


def test_it_is_logged_and_both_are_told(maker: Side, colleague: Agent) -> None:
    hand_over(maker, colleague)
    entry = OperationLog.objects.of(maker.unit).get()
    assert (entry.action, entry.target) == ("business-handed-over", TITLE)
    assert entry.before is not None
    assert entry.after is not None
    assert maker.agent.name in entry.before["holder"]
    assert colleague.name in entry.after["holder"]
    assert maker.agent.mobile not in str(entry.before)
    assert told(maker.agent) == [
        f"{maker.unit.name} 已将“{TITLE}”转授权给经办人 {colleague.name}，您不再办理此业务。"
    ]
    assert f"由经办人 {maker.agent.name} 转授权给您" in told(colleague)[0]


def test_who_stands_in_for_the_old_holder_ends_too(maker: Side, colleague: Agent) -> None:
    third = AgentFactory.create(units=[maker.unit])
    set_stand_in(maker, third, starts=0, ends=1)
    set_stand_in(maker, third, starts=2, ends=3)
    hand_over(maker, colleague)
    assert stand_ins(maker.unit) == []
    running, coming = StandIn.objects.of(maker.unit).order_by("starts_at")
    old = Authorization.objects.of(maker.unit).exclude(revoked_at=None).get()
    assert running.ended_at == old.revoked_at
    assert coming.ended_at == coming.starts_at
    assert acting(maker.unit)[BUSINESS] == colleague
    assert any("临时代办已提前结束" in text for text in told(third))
    assert OperationLog.objects.of(maker.unit).filter(action="stand-in-ended").count() == 2


def test_the_stand_in_can_become_the_holder(maker: Side, colleague: Agent) -> None:
    set_stand_in(maker, colleague)
    hand_over(maker, colleague)
    hand = holdings(maker.unit)[BUSINESS]
    assert (hand.holder, hand.acting, hand.until) == (colleague, colleague, None)


def test_it_answers_the_new_holders_request(maker: Side, colleague: Agent) -> None:
    request = request_access(maker.unit, colleague, BUSINESS)
    hand_over(maker, colleague)
    request.refresh_from_db()
    assert request.answer == AccessRequest.Answer.GRANTED
    assert any("已同意您的申请" in text for text in told(colleague))


@pytest.mark.parametrize(
    ("business", "code"),
    [
        ("distributor-upload", "business_not_of_unit"),
        ("no-such", "business_unknown"),
        ("api-self-service", "business_free"),
    ],
)
def test_what_cannot_be_handed_over(
    maker: Side, colleague: Agent, business: str, code: str
) -> None:
    revoke(maker.unit, maker.agent, "api-self-service")
    with pytest.raises(Refused) as caught:
        hand_over(maker, colleague, business)
    assert codes(caught) == [code]


def test_to_whom_it_cannot_go(maker: Side, stranger: Side, colleague: Agent) -> None:
    with pytest.raises(Refused) as caught:
        hand_over(maker, stranger.agent)
    assert codes(caught) == ["not_a_member"]
    with pytest.raises(Refused) as caught:
        hand_over(maker, maker.agent)
    assert codes(caught) == ["holds_already"]
    assert queries.holder(maker.unit, BUSINESS) == maker.agent


def test_another_holder_than_the_page_showed_is_refused_by_name(
    maker: Side, colleague: Agent
) -> None:
    third = AgentFactory.create(units=[maker.unit])
    hand_over(maker, third)
    with pytest.raises(Refused) as caught:
        hand_over(maker, colleague)
    assert codes(caught) == ["holder_changed"]
    assert third.name in str(caught.value)
    assert queries.holder(maker.unit, BUSINESS) == third


def test_the_page_gives_it_on(unit_client: Client, maker: Side, colleague: Agent) -> None:
    page = unit_client.get(address(maker)).content.decode()
    for words in ("转授权", TITLE, maker.agent.name, colleague.name, "没有未完成的导入"):
        assert words in page
    data = {"holder": maker.agent.pk, "agent": colleague.pk}
    answer = unit_client.post(address(maker), data, follow=True)
    assert f"转授权成功!“{TITLE}”现由经办人 {colleague.name} 办理。" in answer.content.decode()
    assert queries.holder(maker.unit, BUSINESS) == colleague


def test_the_page_says_what_was_refused_and_keeps_the_choice(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    third = AgentFactory.create(units=[maker.unit])
    hand_over(maker, third)
    data = {"holder": maker.agent.pk, "agent": colleague.pk}
    answer = unit_client.post(address(maker), data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "与页面显示的不同" in page
    assert f'<option value="{colleague.pk}" selected>' in page


@pytest.mark.parametrize("agent", ["", "0", "x", "stranger", "holder"])
def test_an_agent_who_is_not_offered(
    unit_client: Client, maker: Side, stranger: Side, agent: str
) -> None:
    chosen = {"stranger": str(stranger.agent.pk), "holder": str(maker.agent.pk)}.get(agent, agent)
    answer = unit_client.post(address(maker), {"holder": maker.agent.pk, "agent": chosen})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "请选择经办人" in page if not agent else "不在本单位的经办人名单中" in page
    assert queries.holder(maker.unit, BUSINESS) == maker.agent


@pytest.mark.parametrize("holder", ["", "x", "-1", "9" * 40])
def test_a_form_without_its_holder_is_refused(
    unit_client: Client, maker: Side, colleague: Agent, holder: str
) -> None:
    answer = unit_client.post(address(maker), {"holder": holder, "agent": colleague.pk})
    assert answer.status_code == 409
    assert "与页面显示的不同" in answer.content.decode()


@pytest.mark.parametrize("business", ["distributor-upload", "drug-list-2024", "no-such"])
def test_what_the_unit_does_not_have_is_not_found(
    unit_client: Client, maker: Side, business: str
) -> None:
    assert unit_client.get(address(maker, business)).status_code == 404


def test_the_tree_offers_it_for_what_a_colleague_holds(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    tree = reverse("accounts:agent-permissions", args=[maker.unit.slug, colleague.pk])
    link = f'href="{address(maker)}?to={colleague.pk}"'
    assert link in unit_client.get(tree).content.decode()
    chosen = unit_client.get(f"{address(maker)}?to={colleague.pk}").content.decode()
    assert f'<option value="{colleague.pk}" selected>' in chosen
    own = reverse("accounts:agent-permissions", args=[maker.unit.slug, maker.agent.pk])
    assert "转授权：" not in unit_client.get(own).content.decode().split("<dialog")[1]
