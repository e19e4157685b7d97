"""The people every test of access needs: a maker, a distributor and a stranger, and their clients.

Each side is a unit with its own account and one agent who holds all the businesses of its kind.

Where hundreds of tests of a module need the same people, they are fixtures of the module behind
`kept`; each test works with copies of them, by `again`.
"""

import copy
import uuid
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.agents.models import Agent
from accounts.core import limits
from accounts.core.models import Account
from accounts.rights.businesses import of_kinds
from accounts.signing_in.models import SignIn
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


def one_of_each_kind() -> dict[str, Side]:
    """A unit that makes and nothing else, and one that distributes and nothing else."""
    return {
        "maker": side(UnitFactory.create()),
        "distributor": side(UnitFactory.create(is_maker=False, is_distributor=True)),
    }


def clients_of(sides: Mapping[str, Side]) -> dict[tuple[str, bool], Client]:
    """Sessions of units' own accounts and of their agents, by the unit's name here and whether it
    is the unit's own."""
    return {
        (name, own): client_of(of.unit.account if own else of.agent.account)
        for name, of in sides.items()
        for own in (True, False)
    }


Kept = TypeVar("Kept", Side, Client)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around the tests of a module: what fixtures of the module store in it is there
    for each of its tests, which takes back what it stores itself. Not for tests that commit."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(limits, "PREFIX", f"limit-{uuid.uuid4().hex}")
        yield
        transaction.set_rollback(True)


def again(kept: Kept) -> Kept:
    """People of the module, or a session of theirs in which something was done just now, for one
    test: whatever it does to them, the next gets them as they were."""
    if isinstance(kept, Client):
        SignIn.objects.update(seen_at=timezone.now())
        client = Client()
        client.cookies = copy.deepcopy(kept.cookies)
        return client
    return copy.deepcopy(kept)


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
