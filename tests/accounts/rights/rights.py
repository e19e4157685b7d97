"""A unit with people for 转授权, 临时代办 and 申请权限."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.rights.actions_handing_over import stand_in
from accounts.rights.businesses import BUSINESSES
from accounts.rights.models import StandIn
from accounts.rights.queries import bar
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import AgentFactory
from tests.people import Side

BUSINESS = "maker-upload"
TITLE = "生产企业药耗基础信息上传"


def open_to(unit: Unit, agent: Agent) -> frozenset[str]:
    """The businesses of the unit that nothing bars the agent from now."""
    return frozenset(code for code in BUSINESSES if bar(unit, agent, code) is None)


@pytest.fixture
def colleague(maker: Side) -> Agent:
    """Another agent of the maker, who holds nothing."""
    agent: Agent = AgentFactory.create(units=[maker.unit], name="同事甲")
    return agent


def in_hours(hours: float) -> datetime:
    """A moment from now."""
    return timezone.now() + timedelta(hours=hours)


def set_stand_in(
    maker: Side, agent: Agent, *, starts: float = 0, ends: float = 1, business: str = BUSINESS
) -> StandIn:
    """Let the agent stand in for the maker's own from `starts` to `ends` hours from now."""
    return stand_in(
        maker.unit,
        business,
        agent,
        holder_id=maker.agent.pk,
        starts_at=in_hours(starts),
        ends_at=in_hours(ends),
    )


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    """The codes of the refusals."""
    return [refusal.code for refusal in caught.value.refusals]
