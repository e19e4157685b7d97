"""忘记密码: a code by SMS to the number that is known of an account, and never a hint of it."""

from accounts import queries
from accounts.actions.rates import spend
from accounts.actions.sms import RATE_WORDS, rates_of, redeem_sms_code, request_sms_code
from accounts.limits import HOUR, Limit, place
from accounts.models import SmsCode
from accounts.names import canonical
from accounts.origin import Origin
from accounts.queries.recovery import nobodys_number
from accounts.refusals import Refused, refusal

RECOVER = SmsCode.Purpose.RECOVER


def request_recovery_code(typed: str, *, origin: Origin) -> None:
    """Send a code to whoever has this name, or only do as if. Ask for the picture code first.

    Raises Refused: recovery_too_soon, sms_budget_spent; both hang on the typed name and the
    address alone. What the account's number has had by other ways must not show: such a request
    ends as one for a name nobody has.
    """
    name = canonical(typed).name
    spend("recovery_too_soon", *_limits(name, origin), rates=RATE_WORDS)
    found = queries.recovery_for(typed)
    try:
        request_sms_code(RECOVER, found.mobile, origin=origin, silent=found.account is None)
    except Refused as refused:
        if refused.refusals[0].code != "sms_too_soon":
            raise
        _as_if(name, origin)


def redeem_recovery_code(typed: str, code: str, *, origin: Origin) -> str:
    """Return the number that the code has proven. Raises Refused: sms_code_wrong.

    Too many tries are answered as a wrong code, because they are counted for the number.
    """
    mobile = queries.recovery_for(typed).mobile
    try:
        redeem_sms_code(RECOVER, mobile, code, origin=origin)
    except Refused as refused:
        raise Refused(refusal("sms_code_wrong")) from refused
    return mobile


def _as_if(name: str, origin: Origin) -> None:
    """Do the work of a request and send nothing, as far as the name's stand-in has room."""
    try:
        request_sms_code(RECOVER, nobodys_number(name), origin=origin, silent=True)
    except Refused as refused:
        if refused.refusals[0].code != "sms_too_soon":
            raise


def _limits(name: str, origin: Origin) -> list[Limit]:
    """What one name and one address may ask for."""
    of_address = Limit("recover-address-hour", place(origin.address), 30, HOUR)
    return [*rates_of("recover-name", name), of_address]
