"""Who acts for whom."""

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.units.models import Unit

MEMBERS_PAGE = 20


def memberships(account: Account, slug: str) -> QuerySet[Membership]:
    """Ask for the membership by which an agent's account may act for the unit at this address."""
    rows = Membership.everything.select_related("unit__account", "agent__account")
    return rows.filter(agent__account=account, unit__account__name=slug)


def membership(account: Account, slug: str) -> Membership | None:
    """Return that membership, if there is one."""
    return memberships(account, slug).first()


def unit_open_to(account: Account, slug: str) -> Unit | None:
    """Return the unit at this address if the account may enter it: its own, or one it acts for."""
    mine = Q(account=account) | Q(memberships__agent__account=account, closed_at=None)
    rows = Unit.objects.select_related("account").filter(mine, account__name=slug)
    return rows.distinct().first()


def units_of(agent: Agent) -> list[Unit]:
    """Return the units the agent may enter, by name: those it is bound to and that are open."""
    return [unit for unit in bound_units(agent) if unit.closed_at is None]


def bound_units(agent: Agent) -> list[Unit]:
    """Return the units the agent is bound to, by name; also those that staff have closed."""
    units = Unit.objects.select_related("account").filter(memberships__agent=agent)
    return list(units.order_by("name", "pk"))


def agents_of(unit: Unit) -> list[Agent]:
    """Return the unit's agents in the order they were added."""
    rows = Membership.objects.of(unit).select_related("agent__account").order_by("pk")
    return [row.agent for row in rows]


def members_page(unit: Unit, name: str, number: int) -> Page[Membership]:
    """Return one page of the unit's members in the order they were added; a wrong number is mended.

    `name` narrows it to agents whose name has these characters; empty for all.
    """
    rows = Membership.objects.of(unit).select_related("agent__account").order_by("pk")
    if name:
        rows = rows.filter(agent__name__icontains=name)
    return Paginator(rows, MEMBERS_PAGE).get_page(number)


def member_of(unit: Unit, agent_id: int) -> Membership | None:
    """Return the membership of one agent at the unit; None for an agent of other units only."""
    rows = Membership.objects.of(unit).select_related("agent__account", "unit")
    return rows.filter(agent_id=agent_id).first()


def agent_of(unit: Unit, agent_id: int) -> Agent | None:
    """Return one agent of the unit; None for an agent of other units only."""
    rows = Membership.objects.of(unit).select_related("agent__account").filter(agent_id=agent_id)
    row = rows.first()
    return row.agent if row else None
