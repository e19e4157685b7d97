"""Who holds which business."""

from accounts.models import Agent, Authorization, Unit


def holders(unit: Unit) -> dict[str, Agent]:
    """Return who holds which business of the unit now: business code -> agent."""
    rows = Authorization.objects.of(unit).filter(revoked_at=None)
    return {row.business: row.agent for row in rows.select_related("agent__account")}


def holder(unit: Unit, business: str) -> Agent | None:
    """Return the agent who holds this business of the unit now."""
    return holders(unit).get(business)


def held_by(unit: Unit, agent: Agent) -> frozenset[str]:
    """Return the codes of the businesses this agent holds for the unit now."""
    rows = Authorization.objects.of(unit).filter(agent=agent, revoked_at=None)
    return frozenset(rows.values_list("business", flat=True))
