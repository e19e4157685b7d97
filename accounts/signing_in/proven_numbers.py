"""That somebody has proven a mobile number by SMS, kept in the session for the form that follows.

actions.redeem_sms_code(purpose, mobile, typed, origin=...)
prove(request, purpose, mobile)
...
mobile = proved(request, purpose)       None: not proven, or too long ago
forget(request, purpose)                once it has served
"""

import time
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from accounts.signing_in.models import SmsCode

KEY = "proofs"
LIFE = timedelta(minutes=15)


def prove(request: HttpRequest, purpose: SmsCode.Purpose, mobile: str) -> None:
    """Note that the session has proven `mobile` (canonical) for this purpose, and no other."""
    if not request.user.is_authenticated:
        # Else somebody who planted the session's key in this browser would share the proof.
        request.session.cycle_key()
    request.session[KEY] = {**_proofs(request), purpose.value: [mobile, int(time.time())]}


def proved(request: HttpRequest, purpose: SmsCode.Purpose) -> str | None:
    """Return the mobile number proven for this purpose within LIFE."""
    mobile, at = _proofs(request).get(purpose.value, ("", 0))
    return mobile if time.time() - at < LIFE.total_seconds() else None


def forget(request: HttpRequest, purpose: SmsCode.Purpose) -> None:
    """Let the proof serve nothing any more."""
    request.session[KEY] = {k: v for k, v in _proofs(request).items() if k != purpose.value}


def _proofs(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(KEY, {})
    return found
