"""What an agent has at a unit, and what becomes of it when it leaves."""

from typing import NamedTuple

from accounts.businesses import SERVED, Business
from accounts.models import AccessRequest, Agent, StandIn, Unit
from accounts.queries.holding import held_by, stand_ins


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
