"""What ends with an account (账号注销) or with an agent's leaving, and what stands against it."""

from typing import NamedTuple

from accounts.agents.models import Agent, Membership
from accounts.agents.queries import agents_of, bound_units
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.rights.businesses import SERVED, Business
from accounts.rights.models import AccessRequest, StandIn
from accounts.rights.queries import held_by, stand_ins
from accounts.rights.unfinished import Pile, running
from accounts.units.models import Unit


class Leaving(NamedTuple):
    """What ends with the membership.

    `businesses`: held now and nobody's then, in the hall's order. `in_its_place`: others who stand
    in for the agent. `stands_in`: where it stands in for others, who have their right back.
    `requests`: what it asks for.
    """

    businesses: list[Business]
    in_its_place: list[StandIn]
    stands_in: list[StandIn]
    requests: list[Business]


def leaving(unit: Unit, agent: Agent) -> Leaving:
    """Return what would end if the agent left the unit now."""
    held = held_by(unit, agent)
    coming = stand_ins(unit)
    asked = AccessRequest.objects.of(unit).filter(agent=agent, decided_at=None)
    wanted = frozenset(asked.values_list("business", flat=True))
    return Leaving(
        businesses=[b for code, b in SERVED.items() if code in held],
        in_its_place=[row for row in coming if row.authorization.agent_id == agent.pk],
        stands_in=[row for row in coming if row.agent_id == agent.pk],
        requests=[b for code, b in SERVED.items() if code in wanted],
    )


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
    if account.kind == AccountKind.AGENT:
        pairs = [(unit, account.agent) for unit in bound_units(account.agent)]
    else:
        pairs = [(account.unit, agent) for agent in agents_of(account.unit)]
    return [Ending(unit, agent, leaving(unit, agent)) for unit, agent in pairs]


def unfinished(account: Account) -> list[Unfinished]:
    """Return what is being checked, waits for 确认 or is being exported: in the businesses the
    agent holds, or in all of the unit."""
    if account.kind == AccountKind.AGENT:
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
