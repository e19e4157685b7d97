"""Two transactions at the same instant: one wins, the other is refused by name."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.agents.actions import create_agent
from accounts.agents.models import Agent
from accounts.log.models import OperationLog
from accounts.rights.actions_granting import grant, revoke, save_permissions
from accounts.rights.models import Authorization
from accounts.rights.queries import held_by, holder
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tests.factories import AgentFactory, UnitFactory
from tests.turns import turns

ROUNDS = turns(100)
BUSINESS = "maker-upload"

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do these in threads released together; return "done" or the codes of the refusal for each.

    Anything else that goes wrong, an IntegrityError above all, is raised here.
    """
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            gate.wait()
            deed()
        except Refused as refused:
            return ",".join(refusal.code for refusal in refused.refusals)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.fixture
def unit() -> Unit:
    """A maker."""
    made: Unit = UnitFactory.create()
    return made


@pytest.fixture
def agents(unit: Unit) -> list[Agent]:
    """Two agents of the unit."""
    return [AgentFactory.create(units=[unit]) for _ in range(2)]


def test_of_two_grants_at_once_one_wins(unit: Unit, agents: list[Agent]) -> None:
    first, second = agents
    for _ in range(ROUNDS):
        ends = at_once(
            lambda: grant(unit, first, BUSINESS),
            lambda: save_permissions(unit, second, [BUSINESS]),
        )
        assert sorted(ends) == ["business_held", "done"]
        winner = agents[ends.index("done")]
        assert holder(unit, BUSINESS) == winner
        revoke(unit, winner, BUSINESS)
    assert OperationLog.objects.of(unit).count() == 2 * ROUNDS


def test_granting_and_revoking_at_once_never_leaves_two_holders(
    unit: Unit, agents: list[Agent]
) -> None:
    first, second = agents
    for _ in range(ROUNDS):
        save_permissions(unit, second, [])
        grant(unit, first, BUSINESS)
        revoked, granted = at_once(
            lambda: revoke(unit, first, BUSINESS),
            lambda: grant(unit, second, BUSINESS),
        )
        assert revoked == "done"
        assert granted in ("done", "business_held")
        expected = second if granted == "done" else None
        assert holder(unit, BUSINESS) == expected
    live = Authorization.objects.of(unit).filter(revoked_at=None)
    assert live.count() <= 1


def test_the_same_mobile_at_once_makes_one_agent() -> None:
    def create(number: int) -> Callable[[], object]:
        mobile = f"198{number:08d}"
        return lambda: create_agent(mobile=mobile, password="Portal-2026", name="测试人")

    for number in range(20):
        assert sorted(at_once(create(number), create(number))) == ["done", "mobile_taken"]
    assert Agent.objects.count() == 20


def test_two_saves_for_one_agent_at_once_both_count(unit: Unit, agents: list[Agent]) -> None:
    agent = agents[0]
    for _ in range(20):
        ends = at_once(
            lambda: grant(unit, agent, "maker-upload"),
            lambda: grant(unit, agent, "maker-query"),
        )
        assert ends == ["done", "done"]
        assert held_by(unit, agent) == {"maker-upload", "maker-query"}
        save_permissions(unit, agent, [])
