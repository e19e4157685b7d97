"""Closing while others grant, bind, remove and recover: no deadlock, and nothing is left."""

from functools import partial

import pytest

from accounts.agents.actions import add_member, remove_member
from accounts.agents.models import Membership
from accounts.core.models import Account
from accounts.core.origin import COMMAND
from accounts.rights.actions_granting import grant
from accounts.rights.models import Authorization
from accounts.signing_in.actions_passwords import recover_password
from accounts.units.actions_closing import close_agent, close_unit
from tests.accounts.rights.test_granting_at_once import at_once
from tests.factories import AgentFactory, UnitFactory
from tests.turns import turns

ROUNDS = turns(25)
BUSINESS = "maker-upload"

pytestmark = pytest.mark.django_db(transaction=True)


def nothing_is_left(agent_pk: int) -> None:
    assert not Membership.everything.filter(agent=agent_pk).exists()
    assert not Authorization.everything.filter(agent=agent_pk, revoked_at=None).exists()


def test_closing_and_granting() -> None:
    for _ in range(ROUNDS):
        unit, other = UnitFactory.create(), UnitFactory.create()
        agent = AgentFactory.create(units=[other, unit])
        ends = at_once(
            partial(close_agent, agent.account),
            partial(grant, unit, agent, BUSINESS),
            partial(grant, other, agent, BUSINESS),
        )
        assert ends[0] == "done"
        assert set(ends[1:]) <= {"done", "not_a_member"}
        nothing_is_left(agent.pk)


def test_closing_and_binding() -> None:
    for _ in range(ROUNDS):
        unit, other = UnitFactory.create(), UnitFactory.create()
        agent = AgentFactory.create(units=[other])
        closed, bound = at_once(
            partial(close_agent, agent.account),
            partial(add_member, unit, agent),
        )
        assert closed == "done"
        assert bound in ("done", "agent_closed")
        nothing_is_left(agent.pk)


def test_closing_and_removing_and_closing_again() -> None:
    for _ in range(ROUNDS):
        unit = UnitFactory.create()
        agent = AgentFactory.create(units=[unit])
        grant(unit, agent, BUSINESS)
        ends = at_once(
            partial(close_agent, agent.account),
            partial(close_agent, agent.account),
            partial(remove_member, unit, agent),
        )
        assert sorted(ends[:2]) == ["account_closed", "done"]
        assert ends[2] in ("done", "not_a_member")
        nothing_is_left(agent.pk)


def test_the_unit_and_its_agents_close_at_once() -> None:
    for _ in range(ROUNDS):
        units = [UnitFactory.create() for _ in range(2)]
        agents = [AgentFactory.create(units=units) for _ in range(2)]
        ends = at_once(
            *(partial(close_unit, unit.account) for unit in units),
            *(partial(close_agent, agent.account) for agent in agents),
        )
        assert ends == ["done"] * 4
        assert not Membership.everything.filter(unit__in=units).exists()


def test_closing_and_recovering() -> None:
    for _ in range(ROUNDS):
        agent = AgentFactory.create()
        closed, recovered = at_once(
            partial(close_agent, agent.account),
            partial(recover_password, agent.account, "kzmw tqrb 2931", origin=COMMAND),
        )
        assert closed == "done"
        assert recovered in ("done", "account_closed")
        account = Account.objects.get(pk=agent.account_id)
        assert not account.is_active
        assert not account.has_usable_password()
