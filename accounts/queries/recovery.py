"""Who may get a new password by SMS, and which number proves it."""

from typing import NamedTuple

from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.models import Account
from accounts.names import Kind, canonical

# No number of China begins like this.
NOBODYS = "154"


class Recovery(NamedTuple):
    """`account` is None where nobody may recover by this name; `mobile` then stands for the name.

    Whatever is done with `mobile` is done alike for both, so that nothing tells them apart.
    """

    account: Account | None
    mobile: str


def recovery_for(typed: str) -> Recovery:
    """Return whom a typed name is of, by one query whoever it is.

    Nobody: unknown names, staff, closed accounts, units without a contact number.
    """
    name, is_uscc = canonical(typed)
    wanted = Q(unit__uscc=name) if is_uscc else Q(name=name)
    accounts = Account.objects.select_related("unit", "agent")
    account = accounts.filter(wanted, kind__in=(Kind.UNIT, Kind.AGENT), is_active=True).first()
    mobile = proving_mobile(account) if account else ""
    return Recovery(account, mobile) if mobile else Recovery(None, nobodys_number(name))


def proving_mobile(account: Account) -> str:
    """Return the number that proves to own an account; empty where there is none."""
    if account.kind == Kind.AGENT:
        return account.name
    return account.unit.contact_mobile if account.kind == Kind.UNIT else ""


def nobodys_number(name: str) -> str:
    """Return a number nobody has, always the same for a name: codes for it are counted and judged
    as for a real one, and never sent."""
    digest = salted_hmac("accounts.recovery", name, algorithm="sha256").digest()
    return f"{NOBODYS}{int.from_bytes(digest[:8]) % 10**8:08d}"
