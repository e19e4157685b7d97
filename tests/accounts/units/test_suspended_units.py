"""Agents of a unit that staff have closed: they sign in, and are not led to what is shut."""

import pytest
from django.test import Client

from accounts.agents.queries import agents_of
from accounts.rights.catalogue import ENTRIES
from accounts.units.actions_closing import close_agent
from accounts.units.actions_oversight import resume_unit, suspend_unit
from accounts.units.queries_closing import endings
from tests.accounts.signing_in.signing import try_sign_in
from tests.factories import AgentFactory
from tests.people import Side, client_of

pytestmark = pytest.mark.django_db


def test_the_only_unit_is_not_where_its_agent_starts(client: Client, maker: Side) -> None:
    suspend_unit(maker.unit, "核查")
    assert try_sign_in(client, maker.agent.mobile)["Location"] == "/units/"
    page = client.get("/units/").content.decode()
    assert maker.unit.name not in page
    assert "您还没有可以办理业务的单位" in page
    service = next(code for code, entry in ENTRIES.items() if entry.business and not entry.notice)
    assert client.get(f"/services/{service}/")["Location"] == f"/units/?service={service}"


def test_of_two_units_the_open_one_is_left(maker: Side, distributor: Side) -> None:
    both = AgentFactory.create(units=[maker.unit, distributor.unit])
    suspend_unit(maker.unit, "核查")
    client = client_of(both.account)
    assert client.get("/start/")["Location"] == f"/u/{distributor.unit.slug}/"
    hall = client.get(f"/u/{distributor.unit.slug}/").content.decode()
    assert maker.unit.name not in hall
    resume_unit(maker.unit, "核查完毕")
    assert client.get("/start/")["Location"] == "/units/"


def test_closing_an_account_still_ends_what_it_has_there(maker: Side) -> None:
    suspend_unit(maker.unit, "核查")
    account = maker.agent.account
    assert [ending.unit for ending in endings(account)] == [maker.unit]
    close_agent(account)
    assert agents_of(maker.unit) == []
