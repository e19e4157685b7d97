"""Signing in by unit account, credit code or mobile number."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.origin import client_address
from accounts.core.queries import account_for, canonical_name
from accounts.signing_in import sign_in_limits
from accounts.signing_in.devices import browser_of
from accounts.signing_in.lockout import stop
from accounts.signing_in.queries import is_known


class AccountBackend(ModelBackend):
    """Finds the account by whatever name was typed and checks the password.

    Rights of staff in the admin come from Django's own backend, which this one extends.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        kinds: Collection[AccountKind] = (AccountKind.STAFF,),
        **kwargs: Any,
    ) -> Account | None:
        """Return the account, or None. Only accounts of `kinds` count; the admin asks for staff.

        A name that nobody holds costs one password hash as well, so that the time of the answer
        does not tell whether the account exists. A try beyond accounts.signing_in.sign_in_limits
        costs none, whoever holds the name.
        """
        if not username or password is None:
            return None
        name = canonical_name(username)
        address = client_address(request) if request else None
        known = request is not None and is_known(name, browser_of(request))
        if stopped := sign_in_limits.begin(name, address, known=known):
            stop(request, stopped)
            raise PermissionDenied
        account = self._judged(username, password, kinds)
        if account is not None:
            sign_in_limits.succeeded(name, address, known=known)
        return account

    def _judged(
        self, username: str, password: str, kinds: Collection[AccountKind]
    ) -> Account | None:
        """Return the account if the password is right and it may sign in here."""
        account = account_for(username)
        if account is None or account.kind not in kinds:
            Account().set_password(password)
            return None
        if account.check_password(password) and self.user_can_authenticate(account):
            return account
        return None
