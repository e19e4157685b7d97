"""An agent's number may recover the account of the unit; when the agent leaves, that is said."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.agents.models import Agent
from accounts.messages.models import Notice
from accounts.units.actions_closing import close_agent
from accounts.units.models import Unit
from tests.accounts.agents.adding import address_of, words
from tests.people import Side

pytestmark = pytest.mark.django_db
SAID = "仍可用短信验证码重设单位账号的密码"


def told(unit: Unit) -> list[str]:
    """Whom the unit was warned of."""
    rows = Notice.objects.filter(account=unit.account, code="contact-left")
    return [row.detail["agent"] for row in rows]


@pytest.fixture
def holder(maker: Side) -> Agent:
    """The maker's agent, whose number the unit has given as its own."""
    Unit.objects.filter(pk=maker.unit.pk).update(contact_mobile=maker.agent.mobile)
    maker.unit.refresh_from_db()
    return maker.agent


def test_it_is_said_before_and_after_an_agent_is_removed(
    unit_client: Client, maker: Side, holder: Agent
) -> None:
    address = address_of("agent-remove", maker.unit, holder.pk)
    page = unit_client.get(address)
    assert SAID in words(page)
    assert reverse("accounts:change-contact") in page.content.decode()
    unit_client.post(address)
    assert told(maker.unit) == [holder.name]
    assert SAID in words(unit_client.get("/notices/"))


def test_it_is_said_when_the_agent_closes_its_account(maker: Side, holder: Agent) -> None:
    close_agent(holder.account)
    assert told(maker.unit) == [holder.name]


def test_another_number_needs_no_word(unit_client: Client, maker: Side) -> None:
    Unit.objects.filter(pk=maker.unit.pk).update(contact_mobile="19700000001")
    address = address_of("agent-remove", maker.unit, maker.agent.pk)
    assert SAID not in words(unit_client.get(address))
    unit_client.post(address)
    assert told(maker.unit) == []
