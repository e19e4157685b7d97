"""The second step of a sign-in: a code by SMS in a browser that the account has not proven yet.

Between the right password and the right code nobody is signed in: an anonymous session under a new
key remembers whose password was right, for LIFE, and which code was asked for. Only that one opens.
"""

import time
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.core.limits import MINUTE
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.signing_in.devices import browser_of
from accounts.signing_in.queries import is_proven, proving_mobile
from accounts.signing_in.sessions import leave

KEY = "second-step"
LIFE_MINUTES = 10
LIFE = timedelta(minutes=LIFE_MINUTES)
KINDS = (AccountKind.UNIT, AccountKind.AGENT)


class HalfSignedIn(NamedTuple):
    """Someone between the two steps. `next`: the page that was wanted, as the form said.

    `code_id`: the code that was asked for at `asked_at` (seconds), both 0 while there is none.
    """

    account: Account
    mobile: str
    next: str
    code_id: int
    asked_at: int

    @property
    def rest(self) -> int:
        """How many seconds the number has to wait for its next code; it gets one a minute."""
        return max(0, self.asked_at + MINUTE - int(time.time()))


def is_on() -> bool:
    """Whether this installation asks for a second step."""
    return str(settings.PORTAL_SIGN_IN_SMS) == "new-device"


def is_needed(request: HttpRequest, account: Account) -> bool:
    """Whether a right password is not enough in this browser."""
    if not is_on() or not proving_mobile(account):
        return False
    return not is_proven(account, browser_of(request))


def lacks_number(account: Account) -> bool:
    """Whether the account would be asked for a code, had it a number."""
    return is_on() and account.kind in KINDS and not proving_mobile(account)


def begin(request: HttpRequest, account: Account, wanted: str) -> HalfSignedIn:
    """Sign out whoever is signed in, and note that this account's password was right.

    Who begins anew within the ten minutes goes on with the code asked for before.
    """
    before = half_signed_in(request)
    same = before is not None and before.account == account
    code = [before.code_id, before.asked_at] if before is not None and same else [0, 0]
    # The session gets a new key, and nothing of the old one stays in it.
    leave(request)
    request.session[KEY] = {
        "account": account.pk,
        "hash": account.get_session_auth_hash(),
        "until": int(time.time() + LIFE.total_seconds()),
        "next": wanted,
        "code": code,
    }
    return HalfSignedIn(account, proving_mobile(account), wanted, *code)


def half_signed_in(request: HttpRequest) -> HalfSignedIn | None:
    """Return who is between the two steps; nobody after LIFE, or when password, number or account
    are not what they were."""
    noted = _noted(request)
    if not noted or time.time() >= noted["until"]:
        return None
    accounts = Account.objects.select_related("unit", "agent")
    account = accounts.filter(pk=noted["account"], is_active=True, kind__in=KINDS).first()
    if account is None:
        return None
    if not constant_time_compare(noted["hash"], account.get_session_auth_hash()):
        return None
    mobile = proving_mobile(account)
    return HalfSignedIn(account, mobile, noted["next"], *noted["code"]) if mobile else None


def note_code(request: HttpRequest, code_id: int) -> None:
    """Note the code that was asked for; the one before opens nothing any more."""
    request.session[KEY] = {**_noted(request), "code": [code_id, int(time.time())]}


def wanted(request: HttpRequest) -> str:
    """Return the page that was wanted, also when it is too late for the second step."""
    return str(_noted(request).get("next", ""))


def _noted(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(KEY, {})
    return found
