"""Who may do a business at a moment: by authorisation, stand-in and the unit itself."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.rights import queries
from accounts.rights.businesses import DENIED, NOT_APPROVED
from accounts.rights.models import Authorization, StandIn
from accounts.rights.queries import bar, entrance, holder, holdings
from accounts.rights.tiles import sections
from accounts.units.models import Unit
from portal.lib.clock import to_minute
from portal.lib.refused import Refused
from tests.accounts.rights.rights import BUSINESS, colleague, in_hours, open_to
from tests.people import Side, client_of
from tracing.core import rights

__all__ = ["colleague"]
pytestmark = pytest.mark.django_db


def stands_in(
    side: Side, agent: Agent, starts: datetime, ends: datetime, ended: datetime | None = None
) -> StandIn:
    """A stand-in as the database has it, past every rule but PostgreSQL's."""
    row = Authorization.objects.of(side.unit).get(business=BUSINESS, revoked_at=None)
    return StandIn.everything.create(
        unit=side.unit,
        authorization=row,
        agent=agent,
        starts_at=starts,
        ends_at=ends,
        ended_at=ended,
        made_by=side.unit.account,
    )


def upload_page(side: Side) -> str:
    return reverse("tracing:maker-upload", args=[side.unit.slug])


def test_without_a_stand_in_the_holder_acts(maker: Side) -> None:
    assert queries.acting(maker.unit)[BUSINESS] == maker.agent
    assert BUSINESS in open_to(maker.unit, maker.agent)
    assert bar(maker.unit, maker.agent, BUSINESS) is None


def test_periods_are_half_open(maker: Side, colleague: Agent) -> None:
    now = timezone.now()
    stands_in(maker, colleague, now + timedelta(hours=1), now + timedelta(hours=2))
    instant = timedelta(microseconds=1)

    def acting(moment: datetime) -> Agent:
        return queries.acting(maker.unit, moment)[BUSINESS]

    assert acting(now + timedelta(hours=1) - instant) == maker.agent
    assert acting(now + timedelta(hours=1)) == colleague
    assert acting(now + timedelta(hours=2) - instant) == colleague
    assert acting(now + timedelta(hours=2)) == maker.agent


def test_what_ends_early_ends_at_that_moment(maker: Side, colleague: Agent) -> None:
    now = timezone.now()
    early = now + timedelta(minutes=30)
    stands_in(maker, colleague, now, now + timedelta(hours=2), early)
    assert queries.acting(maker.unit, now)[BUSINESS] == colleague
    assert queries.acting(maker.unit, early)[BUSINESS] == maker.agent


def test_two_periods_that_touch_leave_no_gap(maker: Side, colleague: Agent) -> None:
    now = timezone.now()
    middle, end = now + timedelta(hours=1), now + timedelta(hours=2)
    stands_in(maker, colleague, now, middle)
    stands_in(maker, colleague, middle, end)
    assert queries.acting(maker.unit, middle)[BUSINESS] == colleague
    assert queries.acting(maker.unit, end)[BUSINESS] == maker.agent


def test_a_hand_over_of_the_past_is_read_by_its_moment(maker: Side, colleague: Agent) -> None:
    moment = timezone.now()
    old = Authorization.objects.of(maker.unit).get(business=BUSINESS)
    Authorization.objects.of(maker.unit).filter(pk=old.pk).update(
        granted_at=moment - timedelta(days=1), revoked_at=moment
    )
    Authorization.everything.create(
        unit=maker.unit,
        agent=colleague,
        business=BUSINESS,
        granted_at=moment,
        granted_by=maker.unit.account,
    )
    before = moment - timedelta(microseconds=1)
    assert queries.acting(maker.unit, before)[BUSINESS] == maker.agent
    assert queries.acting(maker.unit, moment)[BUSINESS] == colleague


def test_while_somebody_stands_in_the_holders_right_rests(maker: Side, colleague: Agent) -> None:
    until = in_hours(1)
    stands_in(maker, colleague, in_hours(-1), until)
    assert BUSINESS not in open_to(maker.unit, maker.agent)
    assert open_to(maker.unit, colleague) == {BUSINESS}
    assert holder(maker.unit, BUSINESS) == maker.agent
    answer = client_of(maker.agent.account).get(upload_page(maker))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert f"由经办人 {colleague.name} 临时代办至 {to_minute(until)}" in page
    assert "提前结束代办" in page
    assert client_of(colleague.account).get(upload_page(maker)).status_code == 200


def test_after_the_end_everything_is_as_before(maker: Side, colleague: Agent) -> None:
    stands_in(maker, colleague, in_hours(-2), in_hours(-1))
    assert client_of(maker.agent.account).get(upload_page(maker)).status_code == 200
    answer = client_of(colleague.account).get(upload_page(maker))
    assert answer.status_code == 403
    assert DENIED in answer.content.decode()


def test_before_the_beginning_nothing_has_changed(maker: Side, colleague: Agent) -> None:
    stands_in(maker, colleague, in_hours(1), in_hours(2))
    assert client_of(maker.agent.account).get(upload_page(maker)).status_code == 200
    assert client_of(colleague.account).get(upload_page(maker)).status_code == 403


def test_the_tiles_say_until_when(maker: Side, colleague: Agent) -> None:
    until = in_hours(1)
    stands_in(maker, colleague, in_hours(-1), until)

    def tile(agent: Agent) -> tuple[bool, str]:
        found = sections(maker.unit, agent, holdings(maker.unit))
        tiles = {tile.business.code: tile for section in found for tile in section.tiles}
        return bool(tiles[BUSINESS].address), tiles[BUSINESS].mark

    assert tile(colleague) == (True, f"代办至 {to_minute(until)}")
    assert tile(maker.agent) == (False, f"由 {colleague.name} 代办至 {to_minute(until)}")


@pytest.mark.parametrize("agent", ["holder", "stand-in", "nobody"])
def test_who_may_not_act_is_refused_by_actions_too(
    maker: Side, colleague: Agent, agent: str
) -> None:
    stands_in(maker, colleague, in_hours(-1), in_hours(1))
    if agent == "stand-in":
        rights.require(maker.unit, colleague, BUSINESS)
        return
    business = BUSINESS if agent == "holder" else "maker-query"
    who = maker.agent if agent == "holder" else colleague
    with pytest.raises(Refused) as caught:
        rights.require(maker.unit, who, business)
    assert caught.value.code == ("business_rests" if agent == "holder" else "no_business")


def test_a_unit_that_is_not_approved_does_no_business(maker: Side, agent_client: Client) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(approved_at=None)
    assert open_to(maker.unit, maker.agent) == frozenset()
    answer = agent_client.get(upload_page(maker))
    assert answer.status_code == 403
    assert NOT_APPROVED in answer.content.decode()
    hall = agent_client.get(reverse("accounts:hall", args=[maker.unit.slug])).content.decode()
    assert NOT_APPROVED in hall
    assert "未认证" in hall
    # The unit that an action was given may be older than the decision.
    assert maker.unit.is_open
    with pytest.raises(Refused) as caught:
        rights.require(maker.unit, maker.agent, BUSINESS)
    assert caught.value.code == "unit_not_approved"


def test_to_agents_a_unit_that_has_ended_does_not_exist(maker: Side, agent_client: Client) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(closed_at=timezone.now())
    for address in (upload_page(maker), reverse("accounts:hall", args=[maker.unit.slug])):
        assert agent_client.get(address).status_code == 404
    assert open_to(maker.unit, maker.agent) == frozenset()


def test_one_query_tells_who_may_act(maker: Side, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert entrance(maker.agent.account, maker.unit.slug)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert bar(maker.unit, maker.agent, BUSINESS) is None
