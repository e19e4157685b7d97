"""Asking for a code by SMS: the limits, then the code."""

import logging
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.core.limits import DAY, HOUR, MINUTE, Limit, counted_address, spend, take
from accounts.core.names import AccountKind, is_name
from accounts.core.origin import Origin
from accounts.signing_in import sms_codes
from accounts.signing_in.models import SmsCode
from accounts.tasks import send_sms_code
from accounts.units.models import Unit
from portal.lib.refused import Refused

# How many codes one number gets in a minute, an hour and a day; the same for a name in 忘记密码.
RATES = ((1, MINUTE), (5, HOUR), (10, DAY))
RATE_WORDS = "每分钟 {} 次、每小时 {} 次、每天 {} 次".format(*(times for times, _ in RATES))
# What anybody may ask for. Of the day's budget a share is kept from them for those who have given a
# password, or strangers could use it up and keep everybody out.
OPEN_TO_ALL = frozenset({SmsCode.Purpose.REGISTER, SmsCode.Purpose.RECOVER})
KEPT_SHARE = 5
# Tries at codes within an hour, over all codes: at one number from one address, so that nobody can
# shut out somebody elsewhere, and from one address at all. A single code allows five anyway.
TRIES_PER_MOBILE, TRIES_PER_ADDRESS = 20, 200
logger = logging.getLogger(__name__)


def request_sms_code(
    purpose: SmsCode.Purpose,
    mobile: str,
    *,
    origin: Origin,
    unit: Unit | None = None,
    silent: bool = False,
) -> int:
    """Send a code to `mobile` (canonical), or only do as if where `silent`; returns its id.

    The code that a `unit` asks for is good for it alone, and the SMS names it.

    Ask for the picture code first. Raises Refused: mobile_invalid, sms_too_soon, sms_budget_spent.
    """
    if not is_name(AccountKind.AGENT, mobile):
        raise Refused("mobile_invalid", mobile=mobile)
    # One budget for the whole portal, counted by the local day and apart, so that its end is known.
    today = timezone.localdate().isoformat()
    spend("sms_too_soon", *_limits(purpose, mobile, origin, unit), rates=RATE_WORDS)
    budget: int = settings.PORTAL_SMS_DAILY
    if purpose in OPEN_TO_ALL:
        budget -= budget // KEPT_SHARE
    if take(Limit("sms-all", today, budget, DAY)):
        logger.error("The SMS budget of %s is spent for %s: %s SMS", today, purpose, budget)
        raise Refused("sms_budget_spent")
    with transaction.atomic():
        code = sms_codes.make(purpose, mobile, silent=silent, unit=unit)
        # Silent or not, the same goes to the worker, so that the answer takes the same time.
        transaction.on_commit(partial(send_sms_code.delay, code.pk), robust=True)
    return code.pk


def redeem_sms_code(
    purpose: SmsCode.Purpose,
    mobile: str,
    typed: str,
    *,
    origin: Origin,
    code_id: int | None = None,
    unit: Unit | None = None,
) -> None:
    """Use a code up. Raises Refused: sms_code_wrong, sms_tries_spent.

    `code_id`: only the code that was asked for here counts, whatever else was sent to the number.
    `unit`: who asked for it.

    Not to be called inside a transaction: what the action does with the code may fail, the try has
    been made all the same.
    """
    address = counted_address(origin.address)
    tries = (
        Limit("sms-tries-mobile", f"{purpose}/{mobile}/{address}", TRIES_PER_MOBILE, HOUR),
        Limit("sms-tries-address", address, TRIES_PER_ADDRESS, HOUR),
    )
    spend("sms_tries_spent", *tries)
    with transaction.atomic(durable=True):
        right = sms_codes.redeem(purpose, mobile, typed, code_id=code_id, unit=unit)
    if not right:
        raise Refused("sms_code_wrong")


def _limits(
    purpose: SmsCode.Purpose, mobile: str, origin: Origin, unit: Unit | None
) -> list[Limit]:
    """What one number, one address and one unit may ask for.

    Codes to sign in, asked for after the password, are counted apart: else whoever knows a number
    could use up its codes and keep its owner out.
    """
    name = "sms-sign-in" if purpose == SmsCode.Purpose.SIGN_IN else "sms-mobile"
    limits = rates_of(name, mobile)
    limits.append(Limit("sms-address-hour", counted_address(origin.address), 60, HOUR))
    if unit is not None:
        limits.append(Limit("sms-unit-hour", str(unit.pk), 60, HOUR))
    return limits


def rates_of(name: str, subject: str) -> list[Limit]:
    """Return the limits of RATES for a number, or for a name that stands for one."""
    return [Limit(f"{name}-{seconds}", subject, times, seconds) for times, seconds in RATES]
