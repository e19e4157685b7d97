"""Signing in by unit account, credit code or mobile number."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts import queries
from accounts.models import Account
from accounts.names import Kind


class AccountBackend(ModelBackend):
    """Finds the account by whatever name was typed and checks the password.

    Rights of staff in the admin come from Django's own backend, which this one extends.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        kinds: Collection[Kind] = (Kind.STAFF,),
        **kwargs: Any,
    ) -> Account | None:
        """Return the account, or None. Only accounts of `kinds` count; the admin asks for staff.

        A name that nobody holds costs one password hash as well, so that the time of the answer
        does not tell whether the account exists.
        """
        if not username or password is None:
            return None
        account = queries.account_for(username)
        if account is None or account.kind not in kinds:
            Account().set_password(password)
            return None
        if account.check_password(password) and self.user_can_authenticate(account):
            return account
        return None
