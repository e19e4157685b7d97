"""Who acts for whom."""

from accounts.models import Account, Agent, Membership, Unit


def membership(account: Account, slug: str) -> Membership | None:
    """Return the membership by which an agent's account may act for the unit at this address."""
    rows = Membership.everything.select_related("unit__account", "agent__account")
    return rows.filter(agent__account=account, unit__account__name=slug).first()


def units_of(agent: Agent) -> list[Unit]:
    """Return the units the agent acts for, by name."""
    units = Unit.objects.select_related("account").filter(memberships__agent=agent)
    return list(units.order_by("name", "pk"))


def agents_of(unit: Unit) -> list[Agent]:
    """Return the unit's agents in the order they were added."""
    rows = Membership.objects.of(unit).select_related("agent__account").order_by("pk")
    return [row.agent for row in rows]


def agent_of(unit: Unit, agent_id: int) -> Agent | None:
    """Return one agent of the unit; None for an agent of other units only."""
    rows = Membership.objects.of(unit).select_related("agent__account").filter(agent_id=agent_id)
    row = rows.first()
    return row.agent if row else None
