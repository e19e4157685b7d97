"""What a form does not show it does not store, whatever is sent with it (ASVS 8.2.3)."""

from typing import Any

from django.test import Client

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.units.models import Unit
from tests.accounts.signing_in.session_of import home
from tests.people import Side

# Fields of the models behind the forms that nobody may set there.
EXTRA = {
    "kind": "staff",
    "is_superuser": "on",
    "is_active": "",
    "is_staff": "on",
    "name": "别的名字",
    "mobile": "19900000000",
    "id_number": "11010519491231002X",
    "account": "1",
    "unit": "1",
    "unit_id": "1",
    "approved_at": "2026-01-01",
    "is_distributor": "on",
}


def values(*kept: Account | Agent | Unit) -> list[Any]:
    """Everything that is stored of these rows."""
    return [type(row)._base_manager.filter(pk=row.pk).values().get() for row in kept]


def test_the_form_of_an_agents_reach(maker: Side, agent_client: Client) -> None:
    kept = (maker.agent.account, maker.unit)
    before = values(*kept)
    reach = {"email": "a@example.com", "address": "某市某路 1 号", "postcode": "100000"}
    assert agent_client.post("/account/reach/", {**EXTRA, **reach}).status_code == 302
    assert values(*kept) == before
    agent = Agent.objects.get(pk=maker.agent.pk)
    assert agent.email == "a@example.com"
    assert (agent.name, agent.id_number) == (maker.agent.name, maker.agent.id_number)


def test_the_form_by_which_a_unit_reaches_its_agent(maker: Side, unit_client: Client) -> None:
    kept = (maker.agent.account, maker.agent, maker.unit, maker.unit.account)
    before = values(*kept)
    reach = {"email": "a@example.com", "address": "某市某路 1 号", "postcode": "100000"}
    address = f"{home(maker)}agents/{maker.agent.pk}/edit/"
    assert unit_client.post(address, {**EXTRA, **reach}).status_code == 302
    assert values(*kept) == before
    assert Membership.objects.of(maker.unit).get().email == "a@example.com"
