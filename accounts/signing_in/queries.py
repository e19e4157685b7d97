"""Where an account is signed in, and who may get a new password by SMS."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.core.models import Account
from accounts.core.names import AccountKind, canonical
from accounts.messages.models import Notice
from accounts.messages.queries import unread_of
from accounts.signing_in.devices import LIFE_SECONDS, Browser
from accounts.signing_in.models import Device, SignIn


def sign_in_of(number: object) -> SignIn | None:
    """Return the session with this id, live or ended, with its account, and as `unread` how many
    notices that has not read: what every page asks, in one statement."""
    try:
        key = UUID(str(number))
    except ValueError:
        return None
    rows = SignIn.objects.select_related("account").annotate(unread=unread_of("account"))
    return rows.filter(pk=key).first()


def live_sign_ins(account: Account) -> list[SignIn]:
    """Return the sessions of an account that can still be used, the latest used first."""
    now = timezone.now()
    rows = SignIn.objects.filter(
        account=account,
        ended_at=None,
        seen_at__gt=now - settings.PORTAL_IDLE,
        started_at__gt=now - longest(),
    )
    return list(rows.order_by("-seen_at", "-started_at"))


def why_over(row: SignIn) -> SignIn.End | None:
    """Return why a session can be used no more; None while it can."""
    if row.ended_at is not None:
        return SignIn.End(row.end)
    if not row.account.is_active:
        return SignIn.End.CLOSED if row.account.closed_at else SignIn.End.STAFF
    now = timezone.now()
    if now >= expires_at(row):
        return SignIn.End.EXPIRED
    return SignIn.End.IDLE if now >= idle_at(row) else None


def idle_at(row: SignIn) -> datetime:
    """When a session ends unless its user does something."""
    idle: timedelta = settings.PORTAL_IDLE
    return row.seen_at + idle


def expires_at(row: SignIn) -> datetime:
    """When a session ends whatever its user does."""
    return row.started_at + longest()


def longest() -> timedelta:
    """How long a session may last."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def is_known(name: str, browser: Browser) -> bool:
    """Whether the account of this name has signed in with this browser, and it is in use still.

    One query whatever the name, so that its time tells nothing.
    """
    since = timezone.now() - timedelta(seconds=LIFE_SECONDS)
    known = Device.objects.filter(account__name=name, last_at__gt=since)
    return known.filter(digest=browser.digest).exists()


def is_proven(account: Account, browser: Browser) -> bool:
    """Whether a code by SMS was right for this account in this browser, and it is in use still."""
    since = timezone.now() - timedelta(seconds=LIFE_SECONDS)
    proven = Device.objects.filter(account=account, last_at__gt=since).exclude(proven_at=None)
    return proven.filter(digest=browser.digest).exists()


def new_devices_unread(account: Account) -> list[Notice]:
    """Return what the account was told of new devices and has not read, the newest first."""
    rows = Notice.objects.filter(account=account, code="new-device", read_at=None)
    return list(rows.order_by("-pk"))


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
    account = accounts.filter(
        wanted, kind__in=(AccountKind.UNIT, AccountKind.AGENT), is_active=True
    ).first()
    mobile = proving_mobile(account) if account else ""
    return Recovery(account, mobile) if mobile else Recovery(None, nobodys_number(name))


def proving_mobile(account: Account) -> str:
    """Return the number that proves to own an account; empty where there is none."""
    if account.kind == AccountKind.AGENT:
        return account.name
    return account.unit.contact_mobile if account.kind == AccountKind.UNIT else ""


def nobodys_number(name: str) -> str:
    """Return a number nobody has, always the same for a name: codes for it are counted and judged
    as for a real one, and never sent."""
    digest = salted_hmac("accounts.recovery", name, algorithm="sha256").digest()
    return f"{NOBODYS}{int.from_bytes(digest[:8]) % 10**8:08d}"
