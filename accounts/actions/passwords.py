"""Passwords: confirming the present one, and setting another."""

from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from accounts import tries
from accounts.actions.rates import spend
from accounts.actions.sessions import end_sessions, forget_devices
from accounts.actions.words import password_problems
from accounts.devices import Browser
from accounts.limits import MINUTE, Limit, forget
from accounts.log import record
from accounts.models import Account, SignIn, Unit
from accounts.notices import notify
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refused, refusal
from portal.lib.clock import to_second

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
        raise Refused(refusal("password_wrong"))
    forget(limit)


def change_password(
    account: Account,
    *,
    old: str,
    new: str,
    keep: SignIn | None = None,
    origin: Origin = COMMAND,
) -> None:
    """Change one's own password; all sessions of the account end, but the one to `keep`, and all
    browsers but its own are forgotten.

    Raises Refused: password_wrong, password_tries_spent, password_same, password_weak.
    """
    confirm_password(account, old)
    if old == new:
        raise Refused(refusal("password_same"))
    if problems := password_problems(new, account):
        raise Refused(*problems)
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if locked.password != account.password:
            # Somebody else changed it at this instant, with the old one too.
            raise Refused(refusal("password_wrong"))
        set_password(account, new)
        end_sessions(account, SignIn.End.PASSWORD, but=keep, by=account, origin=origin)
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
            raise Refused(refusal("account_closed"))
        if problems := password_problems(new, locked):
            raise Refused(*problems)
        set_password(locked, new)
        end_sessions(locked, SignIn.End.PASSWORD, by=locked, origin=origin)
        forget_devices(locked, but=browser.digest if browser else "")
        failed = AccessAttempt.objects.filter(username=locked.name)
        addresses = {origin.address, *failed.values_list("ip_address", flat=True)}
        failed.delete()
        _tell("password-recovered", locked, origin)
    for address in addresses:
        tries.lift(locked.name, address)


def _tell(what: str, account: Account, origin: Origin) -> None:
    """Note it in the log, and tell the account in case it was somebody else."""
    unit = Unit.objects.filter(account=account).first()
    record(what, by=account, origin=origin, unit=unit)
    at = to_second(timezone.now())
    notify(account, what, at=at, address=origin.address or "未知")
