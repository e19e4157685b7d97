"""A password that is changed while somebody signs in with the old one opens nothing."""

from typing import Any

import pytest
from django.test import Client

from accounts.backends import AccountBackend
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.origin import COMMAND
from accounts.signing_in.actions_passwords import recover_password
from accounts.staff import views_sign_in as views_signing
from accounts.staff.actions import reset_staff_password
from accounts.staff.actions_factors import pass_factor
from accounts.staff.roles import MANAGER
from tests.accounts.signing_in.recovering import NEW
from tests.accounts.signing_in.session_of import home
from tests.accounts.signing_in.signing import try_sign_in
from tests.accounts.staff.staff import code_of, first_step, second_step, staff_account, with_factor
from tests.people import Side

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sets another password just after the old one was found right."""
    judged = AccountBackend._judged

    def late(self: AccountBackend, *args: Any) -> Account | None:
        account = judged(self, *args)
        if account is not None and account.kind != AccountKind.STAFF:
            recover_password(Account.objects.get(pk=account.pk), NEW, origin=COMMAND)
        return account

    monkeypatch.setattr(AccountBackend, "_judged", late)


@pytest.mark.usefixtures("changed_meanwhile")
def test_the_old_password_opens_no_session(client: Client, maker: Side) -> None:
    try_sign_in(client, maker.agent.mobile)
    assert client.get(home(maker))["Location"].startswith("/login/")
    assert client.get("/account/").status_code == 302


def test_the_old_password_of_staff_opens_no_session(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = with_factor(staff_account("staff1", MANAGER))
    passed = pass_factor

    def late(account: Account, typed: str) -> Any:
        factor = passed(account, typed)
        now = Account.objects.get(pk=account.pk)
        reset_staff_password(now, NEW, "新密码", origin=COMMAND)
        return factor

    monkeypatch.setattr(views_signing, "pass_factor", late)
    first_step(client, staff.name)
    second_step(client, code_of())
    assert client.get("/admin/").status_code == 302
