"""The demo's member of staff, with a fixed password and a fixed secret for one-time codes.

Only on the embedded database: anyone can read both here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pyotp
from django.utils import timezone

from accounts.core.queries import account_for
from accounts.staff.actions import create_staff
from accounts.staff.models import Factor
from accounts.staff.roles import MANAGER
from portal.demo.data.people import DEMO_WORD
from portal.servers.addresses import embedded_database

# Base32, as an authenticator app takes it.
DEMO_SECRET = "PORTALDEMOPORTALDEMOPORTALDEMO22"  # noqa: S105 - known to everyone, see above


@dataclass(frozen=True)
class DemoStaff:
    """A member of staff of the demo."""

    name: str
    password: str
    secret: str
    roles: tuple[str, ...]


STAFF = (DemoStaff("staff1", DEMO_WORD, DEMO_SECRET, (MANAGER.title,)),)


def seed() -> tuple[DemoStaff, ...]:
    """Make what is missing; nobody on a database that is not embedded."""
    if not embedded_database():
        return ()
    for wanted in STAFF:
        if account_for(wanted.name) is None:
            account = create_staff(name=wanted.name, password=wanted.password, roles=wanted.roles)
            Factor.objects.create(
                account=account, secret=wanted.secret, confirmed_at=timezone.now()
            )
    return STAFF


def current_code(secret: str = DEMO_SECRET) -> str:
    """Return the code that a telephone with this secret shows now."""
    return pyotp.TOTP(secret).at(int(time.time()))
