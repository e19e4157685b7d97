"""The session of a request: begun by every sign-in, looked at before every view.

Hooked to Django's own signals, so that no way of signing in, the admin's among them, leaves a
session without a `SignIn`. The session holds the row's id under SIGN_IN.
"""

from typing import Any, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.core.requests import AccountRequest, VisitorRequest
from accounts.signing_in.actions_sessions import begin_session, end_session, note_activity, sign_out
from accounts.signing_in.devices import browser_of
from accounts.signing_in.models import SignIn
from accounts.signing_in.queries import sign_in_of, why_over

SIGN_IN = "sign_in"
# What let the account in, as Django keeps it in the session.
BACKEND = "accounts.backends.AccountBackend"
# A script that asks by itself, with nobody at the keyboard, says so with this header.
PASSIVE = "Portal-Passive"


@receiver(user_logged_in)
def begin(request: HttpRequest, user: Account, **_signal: Any) -> None:
    """Begin the session of someone who has just signed in."""
    visitor = cast(VisitorRequest, request)
    # Only the middleware can give a browser its number: what came past it has none.
    browser = browser_of(request) if hasattr(request, "session_end") else None
    row = begin_session(user, origin=origin_of(request), browser=browser)
    request.session[SIGN_IN] = str(row.pk)
    visitor.sign_in, visitor.new_browser = row, browser


@receiver(user_logged_out)
def end(request: HttpRequest, **_signal: Any) -> None:
    """End the session of someone who signs out."""
    if row := sign_in_of(request.session.get(SIGN_IN)):
        end_session(row, SignIn.End.OUT)


def leave(request: HttpRequest) -> None:
    """Sign out whoever is signed in; a page left open from before can do nothing any more."""
    if isinstance(request.user, Account):
        sign_out(request.user, origin=origin_of(request))
    auth.logout(request)


def look_at(request: VisitorRequest) -> None:
    """Put the live session on the request, or leave nobody signed in and say why.

    What the user does is noted; what a script asks by itself is not.
    """
    request.sign_in, request.new_browser, request.session_end = None, None, ""
    if auth.SESSION_KEY not in request.session:
        return
    row = sign_in_of(request.session.get(SIGN_IN))
    if row is not None and _proves(request.session, row.account):
        request.user = row.account
    why = _why_over(request, row)
    if row is None or why is not None:
        if row is not None and why is not None:
            end_session(row, why, origin=origin_of(request))
        request.session.flush()
        request.user = AnonymousUser()
        request.session_end = why or ""
        return
    request.sign_in = row
    if PASSIVE not in request.headers:
        note_activity(row)


def _why_over(request: HttpRequest, row: SignIn | None) -> SignIn.End | None:
    if row is None:
        return None
    if why := why_over(row):
        return why
    # Django itself signs out whose password has changed.
    return None if request.user.pk == row.account_id else SignIn.End.PASSWORD


def _proves(session: SessionBase, account: Account) -> bool:
    """Whether the session was begun by this account, in a way that is still open, with its present
    password: what Django asks as well, but of an account that it looks for once more. What is not
    so plain, such as a secret key that was replaced, is left to Django."""
    return (
        session.get(auth.SESSION_KEY) == str(account.pk)
        and session.get(auth.BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(
            str(session.get(auth.HASH_SESSION_KEY, "")), account.get_session_auth_hash()
        )
    )


def mark_of(account: Account) -> str:
    """Return what pages carry to know their own account by; it tells nothing about it."""
    return salted_hmac("accounts.sessions", str(account.pk), algorithm="sha256").hexdigest()[:32]


def current(request: AccountRequest) -> SignIn:
    """Return the session of someone signed in."""
    row = cast(VisitorRequest, request).sign_in
    if row is None:
        raise RuntimeError("Somebody is signed in without a session: is the middleware in place?")
    return row
