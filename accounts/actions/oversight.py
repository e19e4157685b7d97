"""What staff change of units and people: each for a reason, which the operation log keeps."""

from functools import partial

from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from accounts import tries
from accounts.actions.authorising import end, lock
from accounts.actions.sessions import end_sessions
from accounts.actions.words import called
from accounts.businesses import SERVED, UnitKind
from accounts.log import record
from accounts.models import Account, Authorization, SignIn, Unit
from accounts.notices import notify
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refused, refusal

REASON_LENGTH = 200


def given(reason: str) -> str:
    """Return the reason without blanks around it. Raises Refused: staff_reason_*."""
    reason = reason.strip()
    if not reason:
        raise Refused(refusal("staff_reason_missing"))
    if len(reason) > REASON_LENGTH:
        raise Refused(
            refusal("staff_reason_too_long", found=str(len(reason)), limit=str(REASON_LENGTH))
        )
    return reason


@transaction.atomic
def suspend_unit(
    unit: Unit, reason: str, *, by: Account | None = None, origin: Origin = COMMAND
) -> None:
    """Close a unit until staff reopen it: its account cannot sign in, nobody does its business.

    Its rows, agents and authorisations stay. Raises Refused: unit_closed.
    """
    reason = given(reason)
    unit = _locked(unit)
    if unit.closed_at is not None:
        raise Refused(refusal("unit_closed", unit=unit.name))
    unit.closed_at = timezone.now()
    unit.save(update_fields=["closed_at"])
    Account.objects.filter(pk=unit.account_id).update(is_active=False)
    record(
        "unit-suspended",
        by=by,
        origin=origin,
        unit=unit,
        target=unit.name,
        after={"reason": reason},
    )
    end_sessions(unit.account, SignIn.End.STAFF, by=by, origin=origin)


@transaction.atomic
def resume_unit(
    unit: Unit, reason: str, *, by: Account | None = None, origin: Origin = COMMAND
) -> None:
    """Reopen a unit that staff closed.

    Raises Refused: unit_not_closed; unit_ended for one that closed itself for good.
    """
    reason = given(reason)
    unit = _locked(unit)
    if unit.account.closed_at is not None:
        raise Refused(refusal("unit_ended", unit=unit.name))
    if unit.closed_at is None:
        raise Refused(refusal("unit_not_closed", unit=unit.name))
    unit.closed_at = None
    unit.save(update_fields=["closed_at"])
    Account.objects.filter(pk=unit.account_id).update(is_active=True)
    record(
        "unit-resumed", by=by, origin=origin, unit=unit, target=unit.name, after={"reason": reason}
    )
    notify(unit.account, "unit-resumed")


@transaction.atomic
def change_unit_kinds(
    unit: Unit,
    kinds: frozenset[UnitKind],
    reason: str,
    *,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> None:
    """Say what a unit is. What its agents hold and it no longer has, ends.

    Raises Refused: unit_kind_missing, unit_kinds_same.
    """
    reason = given(reason)
    unit = _locked(unit)
    before = unit.kinds
    if not kinds:
        raise Refused(refusal("unit_kind_missing", unit=unit.name))
    if kinds == before:
        raise Refused(refusal("unit_kinds_same", unit=unit.name))
    unit.is_maker = UnitKind.MAKER in kinds
    unit.is_distributor = UnitKind.DISTRIBUTOR in kinds
    unit.save(update_fields=["is_maker", "is_distributor"])
    lost = sorted(code for code, business in SERVED.items() if not business.kinds & kinds)
    ending = Authorization.objects.of(unit).filter(business__in=lost)
    taken = sorted(ending.filter(revoked_at=None).values_list("business", flat=True))
    end(ending, unit, by, origin, timezone.now())
    record(
        "unit-kinds-changed",
        by=by,
        origin=origin,
        unit=unit,
        target=unit.name,
        before={"kinds": sorted(before), "businesses": taken},
        after={"kinds": sorted(kinds), "businesses": [], "reason": reason},
    )
    words = "、".join(kind.label for kind in UnitKind if kind in kinds)
    notify(unit.account, "unit-kinds-changed", kinds=words, reason=reason)


@transaction.atomic
def withdraw_authorization(
    authorization: Authorization,
    reason: str,
    *,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> None:
    """Take a business from who holds it; the unit and the agent are told.

    Raises Refused: authorization_ended.
    """
    reason = given(reason)
    unit, agent = authorization.unit, authorization.agent
    lock(unit)
    live = Authorization.objects.of(unit).filter(pk=authorization.pk, revoked_at=None)
    title = SERVED[authorization.business].title
    if not live.exists():
        raise Refused(refusal("authorization_ended", business=title, holder=called(agent)))
    end(live, unit, by, origin, timezone.now())
    record(
        "authorization-withdrawn",
        by=by,
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
def unlock_sign_in(
    account: Account, reason: str, *, by: Account | None = None, origin: Origin = COMMAND
) -> int:
    """Forget the failed sign-ins of an account, at every address; returns at how many."""
    reason = given(reason)
    failed = AccessAttempt.objects.filter(username=account.name)
    addresses = set(failed.values_list("ip_address", flat=True))
    failed.delete()
    record(
        "sign-in-unlocked",
        by=by,
        origin=origin,
        unit=Unit.objects.filter(account=account).first(),
        target=called(account.agent) if hasattr(account, "agent") else account.name,
        after={"reason": reason},
    )
    transaction.on_commit(partial(_lift, account.name, addresses), robust=True)
    return len(addresses)


def _lift(name: str, addresses: set[str | None]) -> None:
    for address in {None, *addresses}:
        tries.lift(name, address)


def _locked(unit: Unit) -> Unit:
    """Return the unit as it is now; of two changes at once the second waits."""
    lock(unit)
    return Unit.objects.select_related("account").get(pk=unit.pk)


@transaction.atomic
def end_sessions_for(
    account: Account, reason: str, *, by: Account | None = None, origin: Origin = COMMAND
) -> int:
    """End every session of an account; returns how many could still be used."""
    reason = given(reason)
    count = end_sessions(account, SignIn.End.STAFF, by=by, origin=origin)
    record(
        "sessions-ended-by-staff",
        by=by,
        origin=origin,
        unit=Unit.objects.filter(account=account).first(),
        target=called(account.agent) if hasattr(account, "agent") else account.name,
        after={"reason": reason, "session_count": count},
    )
    return count
