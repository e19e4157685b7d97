"""What staff do about rights and sign-ins: each for a reason, which the operation log keeps."""

from functools import partial

from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from accounts.core.actions import called
from accounts.core.models import Account
from accounts.core.origin import COMMAND, Origin
from accounts.core.reasons import reason_of
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import end, lock
from accounts.rights.businesses import SERVED
from accounts.rights.models import Authorization
from accounts.signing_in import sign_in_limits
from accounts.signing_in.actions_sessions import end_sessions
from accounts.signing_in.models import SignIn
from accounts.units.models import Unit
from portal.lib.refused import Refused


@transaction.atomic
def withdraw_authorization(
    authorization: Authorization, reason: str, *, origin: Origin = COMMAND
) -> None:
    """Take a business from who holds it; the unit and the agent are told.

    Raises Refused: authorization_ended.
    """
    reason = reason_of(reason, "staff_reason_missing")
    unit, agent = authorization.unit, authorization.agent
    lock(unit)
    live = Authorization.objects.of(unit).filter(pk=authorization.pk, revoked_at=None)
    title = SERVED[authorization.business].title
    if not live.exists():
        raise Refused("authorization_ended", business=title, holder=called(agent))
    end(live, unit, origin, timezone.now())
    record(
        "authorization-withdrawn",
        origin=origin,
        unit=unit,
        target=called(agent),
        before={"businesses": [authorization.business]},
        after={"businesses": [], "reason": reason},
    )
    for told in (unit.account, agent.account):
        notify(
            told,
            "authorization-withdrawn",
            business=title,
            unit=unit.name,
            agent=agent.name,
            reason=reason,
        )


@transaction.atomic
def unlock_sign_in(account: Account, reason: str, *, origin: Origin = COMMAND) -> int:
    """Forget the failed sign-ins of an account, at every address; returns at how many."""
    reason = reason_of(reason, "staff_reason_missing")
    addresses = forget_failures(account)
    record(
        "sign-in-unlocked",
        origin=origin,
        unit=Unit.objects.filter(account=account).first(),
        target=called(account.agent) if hasattr(account, "agent") else account.name,
        after={"reason": reason},
    )
    return addresses


def forget_failures(account: Account) -> int:
    """Let an account be tried anew everywhere, in the transaction of the caller; returns at how
    many addresses it had failed."""
    failed = AccessAttempt.objects.filter(username=account.name)
    addresses = set(failed.values_list("ip_address", flat=True))
    failed.delete()
    transaction.on_commit(partial(_allow_tries, account.name, addresses), robust=True)
    return len(addresses)


def _allow_tries(name: str, addresses: set[str | None]) -> None:
    for address in {None, *addresses}:
        sign_in_limits.allow_tries(name, address)


@transaction.atomic
def end_sessions_for(account: Account, reason: str, *, origin: Origin = COMMAND) -> int:
    """End every session of an account; returns how many could still be used."""
    reason = reason_of(reason, "staff_reason_missing")
    count = end_sessions(account, SignIn.End.STAFF, origin=origin)
    record(
        "sessions-ended-by-staff",
        origin=origin,
        unit=Unit.objects.filter(account=account).first(),
        target=called(account.agent) if hasattr(account, "agent") else account.name,
        after={"reason": reason, "session_count": count},
    )
    return count


@transaction.atomic
def end_all_sessions(reason: str, *, origin: Origin = COMMAND) -> int:
    """End every session of everybody, as after a break-in; returns how many had not ended yet.

    Raises Refused: staff_reason_missing, reason_too_long.
    """
    reason = reason_of(reason, "staff_reason_missing")
    live = SignIn.objects.filter(ended_at=None)
    count = live.update(ended_at=timezone.now(), end=SignIn.End.STAFF)
    record(
        "sessions-ended-by-staff",
        origin=origin,
        target="所有账号",
        after={"reason": reason, "session_count": count},
    )
    return count
