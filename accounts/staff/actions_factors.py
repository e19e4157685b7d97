"""The second factor of staff: a one-time code (RFC 6238, TOTP) from an app on their telephone."""

import logging
import time
from hmac import compare_digest

import pyotp
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.core.limits import MINUTE, Limit, forget, spend
from accounts.core.models import Account
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.signing_in.actions_sessions import end_sessions
from accounts.signing_in.models import SignIn
from accounts.staff.models import Factor
from portal.lib.folding import folded_or_none
from portal.lib.refused import Refused

# Seconds that one code lasts. The one before and the one after count as well, for slow clocks.
PERIOD = 30
SPREAD = 1
# A million codes, three of which are right: five tries in a quarter of an hour find none.
TRIES, TRIES_SECONDS = 5, 15 * MINUTE
# Room for blanks around and between the digits.
TYPED_LENGTH = 20

logger = logging.getLogger(__name__)


def new_secret() -> str:
    """Return a fresh secret: 160 random bits in base32, 32 characters."""
    return pyotp.random_base32()


def enrol_factor(account: Account, secret: str, typed: str, *, origin: Origin) -> Factor:
    """Begin to ask this account for codes of `secret`, of which `typed` is one.

    Raises Refused: one_time_code_wrong, one_time_code_too_often, factor_exists.
    """
    step = _step_of(account, secret, typed)
    try:
        with transaction.atomic():
            factor = Factor.objects.create(
                account=account, secret=secret, confirmed_at=timezone.now(), last_step=step
            )
            record("factor-enrolled", origin=origin.done_by(account), target=account.name)
    except IntegrityError as error:
        # Enrolled in another window meanwhile: this secret opens nothing.
        raise Refused("factor_exists") from error
    return factor


def pass_factor(account: Account, typed: str) -> Factor:
    """Use a one-time code up.

    Raises Refused: one_time_code_wrong, also for a code that was used; one_time_code_too_often;
    factor_missing.
    """
    factor = Factor.objects.filter(account=account).exclude(confirmed_at=None).first()
    if factor is None:
        raise Refused("factor_missing", name=account.name)
    step = _step_of(account, factor.secret, typed, after=factor.last_step)
    # Of two tries with one code at the same instant only one finds the step unused.
    used = Factor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
    if not used:
        raise _wrong(account)
    forget(_limit(account))
    return factor


@transaction.atomic
def reset_factor(account: Account, reason: str, *, origin: Origin = COMMAND) -> None:
    """Forget the factor of someone whose telephone is lost: their sessions end, and at the next
    sign-in they enrol anew.

    Raises Refused: factor_missing.
    """
    deleted, _ = Factor.objects.filter(account=account).delete()
    if not deleted:
        raise Refused("factor_missing", name=account.name)
    record(
        "factor-reset",
        origin=origin,
        target=account.name,
        after={"reason": reason} if reason else None,
    )
    end_sessions(account, SignIn.End.STAFF, origin=origin)


def _step_of(account: Account, secret: str, typed: str, after: int = 0) -> int:
    """Return the period, counted from 1970, that a code is of; it must be newer than `after`."""
    spend("one_time_code_too_often", _limit(account))
    given = "".join((folded_or_none(typed, TYPED_LENGTH) or "").split())
    totp, now = pyotp.TOTP(secret), int(time.time()) // PERIOD
    for step in range(now - SPREAD, now + SPREAD + 1):
        same = compare_digest(totp.generate_otp(step).encode(), given.encode())
        if same and step > after:
            return step
    raise _wrong(account)


def _wrong(account: Account) -> Refused:
    logger.warning("A wrong one-time code for staff account %s", account.pk)
    return Refused("one_time_code_wrong")


def _limit(account: Account) -> Limit:
    """By account alone: whoever gets this far knows the password."""
    return Limit("one-time-code", str(account.pk), TRIES, TRIES_SECONDS)
