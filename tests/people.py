"""The people every test of access needs: a maker, a distributor and a stranger, and their clients.

Each side is a unit with its own account and one agent who holds all the businesses of its kind.
"""

from typing import NamedTuple

import pytest
from django.test import Client

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.rights.businesses import of_kinds
from accounts.units.models import Unit
from tests.factories import AgentFactory, UnitFactory, hold


class Side(NamedTuple):
    """A unit and the agent who handles its business."""

    unit: Unit
    agent: Agent


def side(unit: Unit) -> Side:
    """Give the unit an agent who holds every business of its kind."""
    agent = AgentFactory.create(units=[unit])
    hold(unit, agent, *(business.code for business in of_kinds(unit.kinds)))
    return Side(unit, agent)


def client_of(account: Account) -> Client:
    """Return a client signed in as this account."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def maker(db: None) -> Side:
    """A maker."""
    return side(UnitFactory.create())


@pytest.fixture
def distributor(db: None) -> Side:
    """A distributor."""
    return side(UnitFactory.create(is_maker=False, is_distributor=True))


@pytest.fixture
def stranger(db: None) -> Side:
    """Another maker, who must see nothing of the first."""
    return side(UnitFactory.create())


@pytest.fixture
def agent_client(maker: Side) -> Client:
    """The maker's agent, signed in."""
    return client_of(maker.agent.account)


@pytest.fixture
def unit_client(maker: Side) -> Client:
    """The maker's own account, signed in."""
    return client_of(maker.unit.account)


@pytest.fixture
def stranger_client(stranger: Side) -> Client:
    """The other maker's agent, signed in."""
    return client_of(stranger.agent.account)
