"""Where an account is signed in."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.devices import LIFE_SECONDS, Browser
from accounts.models import Account, Device, Notice, SignIn


def sign_in(number: object) -> SignIn | None:
    """Return the session with this id, live or ended, with its account."""
    try:
        key = UUID(str(number))
    except ValueError:
        return None
    return SignIn.objects.select_related("account").filter(pk=key).first()


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
