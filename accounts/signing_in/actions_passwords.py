"""Passwords: confirmed, changed, and found again by a code that never hints at an account."""

from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from accounts.core.actions import password_problems
from accounts.core.limits import HOUR, MINUTE, Limit, counted_address, forget, spend
from accounts.core.models import Account
from accounts.core.names import canonical
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.signing_in import sign_in_limits
from accounts.signing_in.actions_sessions import end_sessions, forget_devices
from accounts.signing_in.actions_sms import RATE_WORDS, rates_of, redeem_sms_code, request_sms_code
from accounts.signing_in.devices import Browser
from accounts.signing_in.models import SignIn, SmsCode
from accounts.signing_in.queries import nobodys_number, recovery_for
from accounts.units.models import Unit
from portal.lib.clock import to_second
from portal.lib.refused import Refused

TRIES, WINDOW = 5, 15 * MINUTE


def set_password(account: Account, password: str) -> None:
    """Store another password, in the transaction of the caller, who ends the sessions and logs."""
    account.set_password(password)
    account.password_changed_at = timezone.now()
    account.save(update_fields=["password", "password_changed_at"])


def confirm_password(account: Account, typed: str) -> None:
    """Ask somebody who is signed in for the password again; a try counts before it is judged.

    Raises Refused: password_wrong, password_tries_spent.
    """
    limit = Limit("password-again", str(account.pk), TRIES, WINDOW)
    spend("password_tries_spent", limit)
    if not account.check_password(typed):
        raise Refused("password_wrong")
    forget(limit)


def change_password(
    account: Account, *, old: str, new: str, keep: SignIn | None = None, origin: Origin = COMMAND
) -> None:
    """Change one's own password; all sessions of the account end, but the one to `keep`, and all
    browsers but its own are forgotten.

    Raises Refused: password_wrong, password_tries_spent, password_same, password_weak.
    """
    confirm_password(account, old)
    if old == new:
        raise Refused("password_same")
    if problems := password_problems(new, account):
        raise Refused.of(*problems)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if locked.password != account.password:
            # Somebody else changed it at this instant, with the old one too.
            raise Refused("password_wrong")
        set_password(account, new)
        end_sessions(account, SignIn.End.PASSWORD, but=keep, origin=origin.done_by(account))
        forget_devices(account, but=keep.device.digest if keep and keep.device else "")
        _tell("password-changed", account, origin)


def recover_password(
    account: Account, new: str, *, origin: Origin, browser: Browser | None = None
) -> None:
    """Set another password for whoever has proven the account's number by SMS.

    All sessions end, all browsers but this one are forgotten, and what held sign-ins back after
    failures is lifted. Raises Refused: password_weak, account_closed.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if not locked.is_active:
            raise Refused("account_closed")
        if problems := password_problems(new, locked):
            raise Refused.of(*problems)
        set_password(locked, new)
        end_sessions(locked, SignIn.End.PASSWORD, origin=origin.done_by(locked))
        forget_devices(locked, but=browser.digest if browser else "")
        failed = AccessAttempt.objects.filter(username=locked.name)
        addresses = {origin.address, *failed.values_list("ip_address", flat=True)}
        failed.delete()
        _tell("password-recovered", locked, origin)
    for address in addresses:
        sign_in_limits.allow_tries(locked.name, address)


def _tell(what: str, account: Account, origin: Origin) -> None:
    """Note it in the log, and tell the account in case it was somebody else."""
    unit = Unit.objects.filter(account=account).first()
    record(what, origin=origin.done_by(account), unit=unit)
    at = to_second(timezone.now())
    notify(account, what, at=at, address=origin.address or "未知")


RECOVER = SmsCode.Purpose.RECOVER


def request_recovery_code(typed: str, *, origin: Origin) -> None:
    """Send a code to whoever has this name, or only do as if. Ask for the picture code first.

    Raises Refused: recovery_too_soon, sms_budget_spent; both hang on the typed name and the
    address alone. What the account's number has had by other ways must not show: such a request
    ends as one for a name nobody has.
    """
    name = canonical(typed).name
    spend("recovery_too_soon", *_limits(name, origin), rates=RATE_WORDS)
    found = recovery_for(typed)
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
    mobile = recovery_for(typed).mobile
    try:
        redeem_sms_code(RECOVER, mobile, code, origin=origin)
    except Refused as refused:
        raise Refused("sms_code_wrong") from refused
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
    of_address = Limit("recover-address-hour", counted_address(origin.address), 30, HOUR)
    return [*rates_of("recover-name", name), of_address]
