"""Granting, removing and adding again at the same instant: every refusal has its name."""

import pytest
from django.db.models import Exists, OuterRef

from accounts.agents.actions import add_member, bind_known, bind_person, remove_member
from accounts.agents.models import Agent, Membership
from accounts.agents.queries import agents_of, units_of
from accounts.rights.actions_granting import grant, revoke, save_permissions
from accounts.rights.actions_handing_over import hand_over
from accounts.rights.models import Authorization
from accounts.rights.queries import holder
from accounts.units.models import Unit
from tests.accounts.agents.adding import PERSON
from tests.accounts.rights.test_granting_at_once import BUSINESS, ROUNDS, at_once
from tests.factories import AgentFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 20


@pytest.fixture
def unit() -> Unit:
    """A maker."""
    made: Unit = UnitFactory.create()
    return made


def live_without_membership() -> int:
    """How many live authorisations lie in the hands of somebody who is no member."""
    member = Membership.everything.filter(unit=OuterRef("unit"), agent=OuterRef("agent"))
    live = Authorization.everything.filter(revoked_at=None)
    return live.filter(~Exists(member)).count()


def test_granting_removing_and_adding_again_at_once(unit: Unit) -> None:
    agent: Agent = AgentFactory.create(units=[unit])
    other: Agent = AgentFactory.create(units=[unit])
    for _ in range(ROUNDS):
        removed, granted, added, to_other = at_once(
            lambda: remove_member(unit, agent),
            lambda: grant(unit, agent, BUSINESS),
            lambda: bind_known(unit, agent.mobile),
            lambda: grant(unit, other, BUSINESS),
        )
        assert removed == "done"
        assert granted in ("done", "not_a_member", "business_held")
        assert added in ("done", "already_member")
        assert to_other in ("done", "business_held")
        is_member = agent in agents_of(unit)
        assert is_member == (added == "done")
        assert live_without_membership() == 0
        live = Authorization.objects.of(unit).filter(revoked_at=None, business=BUSINESS)
        assert live.count() <= 1
        if to_other == "done":
            revoke(unit, other, BUSINESS)
        if not is_member:
            bind_known(unit, agent.mobile)
        save_permissions(unit, agent, [])


def test_removing_and_handing_over_at_once_leaves_the_business_with_a_member(unit: Unit) -> None:
    first: Agent = AgentFactory.create(units=[unit])
    second: Agent = AgentFactory.create(units=[unit])
    for _ in range(ROUNDS):
        grant(unit, first, BUSINESS)
        removed, handed = at_once(
            lambda: remove_member(unit, second),
            lambda: hand_over(unit, BUSINESS, holder_id=first.pk, to=second),
        )
        assert removed == "done"
        assert handed in ("done", "not_a_member")
        # Handed over first, it fell free with the removal; else it stayed where it was.
        expected = None if handed == "done" else first
        assert holder(unit, BUSINESS) == expected
        assert live_without_membership() == 0
        add_member(unit, second)
        save_permissions(unit, first, [])


def test_two_removals_at_once_are_one(unit: Unit) -> None:
    agent: Agent = AgentFactory.create(units=[unit])
    for _ in range(PAIRS):
        ends = at_once(*[lambda: remove_member(unit, agent)] * 2)
        assert sorted(ends) == ["done", "not_a_member"]
        add_member(unit, agent)


def test_two_units_that_complete_one_number_at_once_bind_one_agent(unit: Unit) -> None:
    other: Unit = UnitFactory.create()
    for number in range(PAIRS):
        mobile = f"198{number:08d}"
        ends = at_once(
            lambda mobile=mobile: bind_person(unit, mobile, PERSON),  # type: ignore[misc]
            lambda mobile=mobile: bind_person(other, mobile, PERSON),  # type: ignore[misc]
        )
        assert ends == ["done", "done"]
        agent = Agent.objects.get(account__name=mobile)
        assert units_of(agent) == sorted([unit, other], key=lambda u: (u.name, u.pk))


def test_two_tabs_that_complete_one_number_at_once_bind_it_once(unit: Unit) -> None:
    for number in range(PAIRS):
        mobile = f"198{number:08d}"
        deed = lambda mobile=mobile: bind_person(unit, mobile, PERSON)  # noqa: E731
        assert sorted(at_once(deed, deed)) == ["already_member", "done"]
    assert Agent.objects.count() == Membership.objects.of(unit).count() == PAIRS
