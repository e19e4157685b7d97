"""Who is who: accounts, units and agents by what was typed."""

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.core.names import canonical
from accounts.units.models import Unit


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
