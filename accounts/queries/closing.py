"""What ends with an account (账号注销), as it is for this one, and what stands against it."""

from typing import NamedTuple

from accounts.businesses import SERVED
from accounts.models import Account, Agent, Membership, Unit
from accounts.moving import Pile, running
from accounts.names import Kind
from accounts.queries.holding import held_by
from accounts.queries.leaving import Leaving, leaving
from accounts.queries.members import agents_of, bound_units


class Ending(NamedTuple):
    """One binding that ends, with all the agent has at the unit."""

    unit: Unit
    agent: Agent
    leaving: Leaving


class Unfinished(NamedTuple):
    """Work of a unit that has to end first."""

    unit: Unit
    pile: Pile


def endings(account: Account) -> list[Ending]:
    """Return the bindings of an agent, or of a unit, that end with the account."""
    if account.kind == Kind.AGENT:
        pairs = [(unit, account.agent) for unit in bound_units(account.agent)]
    else:
        pairs = [(account.unit, agent) for agent in agents_of(account.unit)]
    return [Ending(unit, agent, leaving(unit, agent)) for unit, agent in pairs]


def unfinished(account: Account) -> list[Unfinished]:
    """Return what is being checked, waits for 确认 or is being exported: in the businesses the
    agent holds, or in all of the unit."""
    if account.kind == Kind.AGENT:
        agent = account.agent
        fields = [(unit, held_by(unit, agent)) for unit in bound_units(agent)]
    else:
        fields = [(account.unit, frozenset(SERVED))]
    return [
        Unfinished(unit, pile)
        for unit, businesses in fields
        if businesses
        for pile in running(unit, businesses)
    ]


def only_here(unit: Unit) -> int:
    """Return how many agents of the unit act for no other."""
    here = Membership.objects.of(unit).values("agent")
    elsewhere = Membership.everything.exclude(unit=unit).values("agent")
    return Agent.objects.filter(pk__in=here).exclude(pk__in=elsewhere).count()
