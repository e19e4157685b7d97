"""Staff who sign in through the pages, and codes as their telephone would show them."""

import re
import time
from typing import Any

import pyotp
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.log.models import OperationLog
from accounts.staff.models import Factor
from accounts.staff.roles import Role
from tests.accounts.signing_in.signing import answer_to, key_on
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def staff_account(name: str = "staff1", *roles: Role, superuser: bool = False) -> Account:
    """A staff account with these roles; its telephone is not known yet."""
    account = Account.objects.create_account(AccountKind.STAFF, name, PASSWORD)
    Account.objects.filter(pk=account.pk).update(is_superuser=superuser)
    account.groups.set(Group.objects.filter(name__in=[role.title for role in roles]))
    account.refresh_from_db()
    return account


def code_of(secret: str = SECRET, periods: int = 0) -> str:
    """The code that a telephone shows, so many periods of half a minute from now."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * periods)


def with_factor(account: Account, secret: str = SECRET) -> Account:
    """Give the account a telephone, as if it had enrolled long ago."""
    Factor.objects.create(account=account, secret=secret, confirmed_at=timezone.now())
    return account


def first_step(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Send name, password and picture code."""
    key = key_on(client.get("/admin/login/"))
    data = {
        "username": name,
        "password": password,
        "captcha_0": key,
        "captcha_1": answer_to(key),
        "next": extra.pop("next", ""),
    }
    return client.post("/admin/login/", data, **extra)


def second_step(client: Client, code: str) -> Any:
    """Send a one-time code."""
    return client.post("/admin/factor/", {"code": code})


def staff_client(account: Account) -> Client:
    """A client that has signed in by both steps; the account gets a telephone if it has none."""
    if not Factor.objects.filter(account=account).exists():
        with_factor(account)
    Factor.objects.filter(account=account).update(last_step=0)
    client = Client()
    first_step(client, account.name)
    answer = second_step(client, code_of())
    assert answer.status_code == 302, answer.content.decode()
    return client


def secret_on(page: Any) -> str:
    """The secret that the page of the first sign-in shows."""
    found = re.search(r'<code class="code">([A-Z2-7 ]+)</code>', page.content.decode())
    assert found, "no secret on the page"
    return found[1].replace(" ", "")


def actions_logged() -> list[str]:
    """What the operation log says, oldest first."""
    return list(OperationLog.everything.order_by("pk").values_list("action", flat=True))


def is_inside(client: Client) -> bool:
    """Whether the site opens."""
    return client.get("/admin/").status_code == 200


def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no half minute end within the test."""
    monkeypatch.setattr("time.time", lambda moment=1_900_000_000.0: moment)
