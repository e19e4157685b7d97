"""Signing in and out, and the sessions between: one works only while its `SignIn` is live."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.core.models import Account
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.signing_in.devices import LIFE_SECONDS, Browser
from accounts.signing_in.models import Device, SignIn
from accounts.signing_in.queries import live_sign_ins
from accounts.units.models import Unit
from portal.lib.clock import to_second

# Activity is noted no more often than this.
NOTED_EVERY = timedelta(minutes=1)

# How long an ended session is kept, for whoever looks into a break-in.
KEPT = timedelta(days=180)


@transaction.atomic
def begin_session(account: Account, *, origin: Origin, browser: Browser | None) -> SignIn:
    """Store a new session. The account is told of a browser it has not signed in with before,
    unless it is its first one. `browser` is None for what comes through no browser.
    """
    now = timezone.now()
    device = _device(account, browser, origin) if browser else None
    SignIn.objects.filter(account=account, ended_at__lt=now - KEPT).delete()
    return SignIn.objects.create(
        account=account,
        device=device,
        label=browser.label if browser else "",
        address=origin.address,
        seen_at=now,
    )


@transaction.atomic
def end_session(sign_in: SignIn, why: SignIn.End, *, origin: Origin = COMMAND) -> bool:
    """End one session; says whether it was still live. What ends by itself, nobody has done."""
    live = SignIn.objects.filter(pk=sign_in.pk, ended_at=None)
    if not live.update(ended_at=timezone.now(), end=why):
        return False
    if why != SignIn.End.OUT:
        _log(sign_in.account, why, 1, sign_in.label, origin)
    return True


@transaction.atomic
def end_sessions(
    account: Account, why: SignIn.End, *, but: SignIn | None = None, origin: Origin = COMMAND
) -> int:
    """End all sessions of an account, or all `but` one; returns how many could still be used."""
    usable = {row.pk for row in live_sign_ins(account)} - {but.pk if but else None}
    rows = SignIn.objects.filter(account=account, ended_at=None)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    rows.update(ended_at=timezone.now(), end=why)
    if usable:
        _log(account, why, len(usable), "", origin)
    return len(usable)


def prove_device(sign_in: SignIn) -> None:
    """Note that a code by SMS was right in the browser of this session."""
    if sign_in.device is not None:
        Device.objects.filter(pk=sign_in.device.pk).update(proven_at=timezone.now())


def forget_devices(account: Account, *, but: str = "") -> None:
    """Forget the account's browsers, all or `but` the one of this digest; in the transaction of
    the caller. They are new devices at their next sign-in."""
    Device.objects.filter(account=account).exclude(digest=but).delete()


def note_activity(sign_in: SignIn) -> None:
    """Note that the user of a session did something just now; no more than once a minute."""
    now = timezone.now()
    if now - sign_in.seen_at >= NOTED_EVERY:
        SignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(seen_at=now)
        sign_in.seen_at = now


def _device(account: Account, browser: Browser, origin: Origin) -> Device:
    """Find the browser among the account's devices, or add it and tell the account."""
    now = timezone.now()
    known = Device.objects.filter(account=account)
    known.filter(last_at__lt=now - timedelta(seconds=LIFE_SECONDS)).delete()
    others = known.exclude(digest=browser.digest).exists()
    device, added = Device.objects.update_or_create(
        account=account,
        digest=browser.digest,
        defaults={"label": browser.label, "last_at": now},
    )
    if added and others:
        notify(
            account,
            "new-device",
            at=to_second(now),
            device=browser.label,
            address=origin.address or "未知",
        )
    return device


def _log(account: Account, why: SignIn.End, count: int, label: str, origin: Origin) -> None:
    record(
        "sessions-ended",
        origin=origin,
        unit=Unit.objects.filter(account=account).first(),
        target=label,
        after={"session_count": count, "session_end": why.value},
    )


NOTED = ("last_sign_in_at", "last_sign_in_address", "this_sign_in_at", "this_sign_in_address")


@transaction.atomic
def sign_in(account: Account, *, origin: Origin) -> None:
    """Note the time and address of a sign-in; the ones noted before become the previous ones."""
    Account.objects.filter(pk=account.pk).update(
        last_sign_in_at=F("this_sign_in_at"),
        last_sign_in_address=F("this_sign_in_address"),
        this_sign_in_at=timezone.now(),
        this_sign_in_address=origin.address,
    )
    # Not the password: one that was set since it was judged must not be taken over into a session.
    account.refresh_from_db(fields=NOTED)
    unit = Unit.objects.filter(account=account).first()
    action = "staff-signed-in" if account.is_staff else "signed-in"
    record(action, origin=origin.done_by(account), unit=unit)


@transaction.atomic
def sign_out(account: Account, *, origin: Origin) -> None:
    """Note a sign-out."""
    unit = Unit.objects.filter(account=account).first()
    record("signed-out", origin=origin.done_by(account), unit=unit)
