"""临时代办: another agent in the holder's place for a period."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.agents.actions import remove_member
from accounts.agents.models import Agent, Membership
from accounts.log.entry_words import line
from accounts.log.models import OperationLog
from accounts.messages.models import Notice
from accounts.messages.notices import message
from accounts.rights.actions_granting import grant, revoke
from accounts.rights.actions_handing_over import end_stand_in, hand_over
from accounts.rights.models import StandIn
from accounts.rights.queries import acting, stand_ins
from portal.lib.clock import to_minute
from portal.lib.refused import Refused
from tests.accounts.rights.rights import (
    BUSINESS,
    TITLE,
    codes,
    colleague,
    in_hours,
    open_to,
    set_stand_in,
)
from tests.factories import AgentFactory
from tests.people import Side

__all__ = ["colleague"]
pytestmark = pytest.mark.django_db


def address(maker: Side, business: str = BUSINESS) -> str:
    return reverse("accounts:stand-in", args=[maker.unit.slug, business])


def list_of(maker: Side) -> str:
    return reverse("accounts:agents", args=[maker.unit.slug])


def told(agent: Agent) -> list[str]:
    return [message(notice).text for notice in Notice.objects.filter(account=agent.account)]


def typed(hours: float) -> str:
    return f"{timezone.localtime(in_hours(hours)):%Y-%m-%dT%H:%M}"


def test_it_begins_at_once_and_is_logged_and_told(maker: Side, colleague: Agent) -> None:
    made = set_stand_in(maker, colleague)
    assert acting(maker.unit)[BUSINESS] == colleague
    entry = OperationLog.objects.of(maker.unit).get()
    assert (entry.action, entry.title) == ("stand-in-set", "设置临时代办")
    words = line(entry)
    assert colleague.name in words.target
    assert f"结束时间：{to_minute(made.ends_at)}" in words.changes
    assert to_minute(made.ends_at) in told(colleague)[0]
    assert "您的权限暂停" in told(maker.agent)[0]


def test_it_can_begin_later(maker: Side, colleague: Agent) -> None:
    made = set_stand_in(maker, colleague, starts=1, ends=2)
    assert acting(maker.unit)[BUSINESS] == maker.agent
    assert acting(maker.unit, made.starts_at)[BUSINESS] == colleague
    assert acting(maker.unit, made.ends_at)[BUSINESS] == maker.agent


def test_a_beginning_in_the_past_is_now(maker: Side, colleague: Agent) -> None:
    before = timezone.now()
    made = set_stand_in(maker, colleague, starts=-5)
    assert before <= made.starts_at <= timezone.now()


def test_ended_early_the_right_is_back_at_once(maker: Side, colleague: Agent) -> None:
    made = set_stand_in(maker, colleague)
    end_stand_in(maker.unit, made.pk)
    assert acting(maker.unit)[BUSINESS] == maker.agent
    assert any("临时代办已提前结束" in text for text in told(maker.agent))
    with pytest.raises(Refused) as caught:
        end_stand_in(maker.unit, made.pk)
    assert codes(caught) == ["stand_in_over"]
    # The time that is free again can be given anew.
    set_stand_in(maker, colleague)


def test_what_has_not_begun_is_called_off(maker: Side, colleague: Agent) -> None:
    made = set_stand_in(maker, colleague, starts=1, ends=2)
    end_stand_in(maker.unit, made.pk)
    assert stand_ins(maker.unit) == []
    assert acting(maker.unit, made.starts_at)[BUSINESS] == maker.agent
    set_stand_in(maker, colleague, starts=1, ends=2)


def test_another_units_stand_in_cannot_be_ended(
    maker: Side, stranger: Side, colleague: Agent
) -> None:
    made = set_stand_in(maker, colleague)
    with pytest.raises(Refused) as caught:
        end_stand_in(stranger.unit, made.pk)
    assert codes(caught) == ["stand_in_over"]
    assert acting(maker.unit)[BUSINESS] == colleague


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (0, -1, "stand_in_ends_early"),
        (2, 1, "stand_in_ends_early"),
        (1, 1 + 24 * 90 + 1, "stand_in_too_long"),
        (24 * 366, 24 * 367, "stand_in_too_late"),
    ],
)
def test_a_period_that_cannot_be(
    maker: Side, colleague: Agent, starts: float, ends: float, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        set_stand_in(maker, colleague, starts=starts, ends=ends)
    assert codes(caught) == [code]
    assert not StandIn.objects.of(maker.unit).exists()


@pytest.mark.parametrize(("starts", "ends"), [(1.5, 3), (0, 1.5), (0, 4), (1.2, 1.8)])
def test_overlaps_are_refused_by_name(
    maker: Side, colleague: Agent, starts: float, ends: float
) -> None:
    third = AgentFactory.create(units=[maker.unit])
    first = set_stand_in(maker, colleague, starts=1, ends=2)
    with pytest.raises(Refused) as caught:
        set_stand_in(maker, third, starts=starts, ends=ends)
    assert codes(caught) == ["stand_in_overlaps"]
    for words in (colleague.name, to_minute(first.starts_at), to_minute(first.ends_at)):
        assert words in str(caught.value)


def test_postgresql_refuses_overlaps_too(maker: Side, colleague: Agent) -> None:
    made = set_stand_in(maker, colleague)
    with pytest.raises(IntegrityError, match="one_stand_in_at_a_time"), transaction.atomic():
        StandIn.everything.create(
            unit=maker.unit,
            authorization=made.authorization,
            agent=colleague,
            starts_at=made.starts_at,
            ends_at=made.ends_at,
            made_by=maker.unit.account,
        )


def test_who_cannot_stand_in(maker: Side, stranger: Side) -> None:
    for agent, code in ((stranger.agent, "not_a_member"), (maker.agent, "stand_in_is_holder")):
        with pytest.raises(Refused) as caught:
            set_stand_in(maker, agent)
        assert codes(caught) == [code]


@pytest.mark.parametrize(
    ("business", "code"),
    [
        ("distributor-upload", "business_not_of_unit"),
        ("no-such", "business_unknown"),
        ("api-self-service", "business_free"),
    ],
)
def test_what_nobody_can_stand_in_for(
    maker: Side, colleague: Agent, business: str, code: str
) -> None:
    revoke(maker.unit, maker.agent, "api-self-service")
    with pytest.raises(Refused) as caught:
        set_stand_in(maker, colleague, business=business)
    assert codes(caught) == [code]


def test_another_holder_than_the_page_showed_is_refused(maker: Side, colleague: Agent) -> None:
    third = AgentFactory.create(units=[maker.unit])
    hand_over(maker.unit, BUSINESS, holder_id=maker.agent.pk, to=third)
    with pytest.raises(Refused) as caught:
        set_stand_in(maker, colleague)
    assert codes(caught) == ["holder_changed"]


def test_when_the_authorisation_ends_so_does_the_stand_in(maker: Side, colleague: Agent) -> None:
    set_stand_in(maker, colleague)
    revoke(maker.unit, maker.agent, BUSINESS)
    assert BUSINESS not in acting(maker.unit)
    assert open_to(maker.unit, colleague) == frozenset()
    # Granted anew, nobody stands in.
    grant(maker.unit, maker.agent, BUSINESS)
    assert acting(maker.unit)[BUSINESS] == maker.agent


def test_postgresql_keeps_a_stand_in_a_member(maker: Side, colleague: Agent) -> None:
    set_stand_in(maker, colleague)
    row = Membership.objects.of(maker.unit).get(agent=colleague)
    with pytest.raises(IntegrityError, match="stand_in_is_a_member_fk"), transaction.atomic():
        row.delete()


def test_who_leaves_stands_in_no_more(maker: Side, colleague: Agent) -> None:
    set_stand_in(maker, colleague)
    remove_member(maker.unit, colleague)
    assert acting(maker.unit)[BUSINESS] == maker.agent
    assert not Membership.objects.of(maker.unit).filter(agent=colleague).exists()


def test_who_stood_in_once_can_leave(maker: Side, colleague: Agent) -> None:
    made = set_stand_in(maker, colleague)
    past = {"starts_at": in_hours(-2), "ends_at": in_hours(-1)}
    StandIn.objects.of(maker.unit).filter(pk=made.pk).update(**past)
    remove_member(maker.unit, colleague)
    made.refresh_from_db()
    assert made.ended_at == made.ends_at


def test_the_page_sets_it_and_the_list_shows_and_ends_it(
    unit_client: Client, maker: Side, colleague: Agent
) -> None:
    page = unit_client.get(address(maker)).content.decode()
    for words in ("临时代办", TITLE, "开始时间", "结束时间", "datetime-local", colleague.name):
        assert words in page
    data = {"holder": maker.agent.pk, "agent": colleague.pk, "ends_at": typed(2)}
    answer = unit_client.post(address(maker), data, follow=True)
    page = answer.content.decode()
    assert "设置成功!" in page
    assert "代办中" in page
    made = StandIn.objects.of(maker.unit).get()
    end = reverse("accounts:stand-in-end", args=[maker.unit.slug, made.pk])
    assert end in page
    assert "临时代办已结束。" in unit_client.post(end, follow=True).content.decode()
    assert acting(maker.unit)[BUSINESS] == maker.agent
    assert "该临时代办已经结束" in unit_client.post(end, follow=True).content.decode()


def test_the_list_shows_what_is_coming(unit_client: Client, maker: Side, colleague: Agent) -> None:
    data = {
        "holder": maker.agent.pk,
        "agent": colleague.pk,
        "starts_at": typed(24),
        "ends_at": typed(48),
    }
    page = unit_client.post(address(maker), data, follow=True).content.decode()
    assert "未开始" in page
    assert "代办中" not in page


@pytest.mark.parametrize("ends", ["", "tomorrow", "2026-02-31T10:00"])
def test_a_moment_that_is_none(
    unit_client: Client, maker: Side, colleague: Agent, ends: str
) -> None:
    data = {"holder": maker.agent.pk, "agent": colleague.pk, "ends_at": ends}
    answer = unit_client.post(address(maker), data)
    assert answer.status_code == 409
    expected = "应为日期和时间" if ends else "请选择结束时间。"
    assert expected in answer.content.decode()
    assert not StandIn.objects.of(maker.unit).exists()


def test_the_page_says_what_was_refused(unit_client: Client, maker: Side, colleague: Agent) -> None:
    data = {"holder": maker.agent.pk, "agent": colleague.pk, "ends_at": typed(-2)}
    answer = unit_client.post(address(maker), data)
    assert answer.status_code == 409
    assert "应晚于开始时间" in answer.content.decode()
