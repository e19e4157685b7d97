"""Every reader of accounts: who is who, who acts for whom, who holds what, what was done."""

from django.core.paginator import Page, Paginator

from accounts.models import Account, Agent, Authorization, Membership, OperationLog, Unit
from accounts.names import canonical

LOG_PAGE = 20


def account_for(typed: str) -> Account | None:
    """Return the account meant by what was typed: account name, credit code or mobile number."""
    name, is_uscc = canonical(typed)
    if is_uscc:
        return Account.objects.filter(unit__uscc=name).first()
    return Account.objects.filter(name=name).first()


def canonical_name(typed: str) -> str:
    """Return the one name that stands for what was typed, also when nobody holds it."""
    name, is_uscc = canonical(typed)
    if not is_uscc:
        return name
    held = Account.objects.filter(unit__uscc=name).values_list("name", flat=True).first()
    return held or name


def unit_for(typed: str) -> Unit | None:
    """Return the unit with this account name or credit code."""
    name, is_uscc = canonical(typed)
    wanted = {"uscc": name} if is_uscc else {"account__name": name}
    return Unit.objects.select_related("account").filter(**wanted).first()


def agent_for(typed: str) -> Agent | None:
    """Return the agent with this mobile number."""
    name = canonical(typed).name
    return Agent.objects.select_related("account").filter(account__name=name).first()


def unit_of_account(account: Account, slug: str) -> Unit | None:
    """Return the unit at this address when `account` is that unit's own account."""
    own = Unit.objects.select_related("account").filter(account=account, account__name=slug)
    return own.first()


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


def log_page(unit: Unit, number: str) -> Page[OperationLog]:
    """Return one page of the unit's operation log, newest first; a wrong number is mended."""
    entries = OperationLog.objects.of(unit).select_related("account__agent", "account__unit")
    return Paginator(entries.order_by("-pk"), LOG_PAGE).get_page(number)
