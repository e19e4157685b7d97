"""What staff change of a unit: each for a reason, which the operation log keeps."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.core.actions import password_problems, refused_or
from accounts.core.kinds import UnitKind, codes_of, flags_of, kind_words
from accounts.core.models import Account
from accounts.core.names import canonical
from accounts.core.origin import COMMAND, Origin
from accounts.core.reasons import reason_of
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import end, lock
from accounts.rights.businesses import SERVED
from accounts.rights.models import Authorization
from accounts.signing_in.actions_sessions import end_sessions
from accounts.signing_in.models import SignIn
from accounts.units.actions import account_problems, unit_kind_missing
from accounts.units.models import Unit
from portal.lib.refused import Refused


@transaction.atomic
def suspend_unit(unit: Unit, reason: str, *, origin: Origin = COMMAND) -> None:
    """Close a unit until staff reopen it: its account cannot sign in, nobody does its business.

    Its rows, agents and authorisations stay. Raises Refused: unit_closed.
    """
    reason = reason_of(reason, "staff_reason_missing")
    unit = _locked(unit)
    if unit.closed_at is not None:
        raise Refused("unit_closed", unit=unit.name)
    unit.closed_at = timezone.now()
    unit.save(update_fields=["closed_at"])
    Account.objects.filter(pk=unit.account_id).update(is_active=False)
    record(
        "unit-suspended",
        origin=origin,
        unit=unit,
        target=unit.name,
        after={"reason": reason},
    )
    end_sessions(unit.account, SignIn.End.STAFF, origin=origin)


@transaction.atomic
def resume_unit(unit: Unit, reason: str, *, origin: Origin = COMMAND) -> None:
    """Reopen a unit that staff closed.

    Raises Refused: unit_not_closed; unit_ended for one that closed itself for good.
    """
    reason = reason_of(reason, "staff_reason_missing")
    unit = _locked(unit)
    if unit.account.closed_at is not None:
        raise Refused("unit_ended", unit=unit.name)
    if unit.closed_at is None:
        raise Refused("unit_not_closed", unit=unit.name)
    unit.closed_at = None
    unit.save(update_fields=["closed_at"])
    Account.objects.filter(pk=unit.account_id).update(is_active=True)
    record("unit-resumed", origin=origin, unit=unit, target=unit.name, after={"reason": reason})
    notify(unit.account, "unit-resumed")


@transaction.atomic
def reopen_unit(
    unit: Unit, account_name: str, password: str, reason: str, *, origin: Origin = COMMAND
) -> None:
    """Open a unit again that closed itself: under a new account name, with a password to begin
    with. Its rows are as they were; agents are to be added anew.

    Raises Refused: unit_not_ended, account_name_invalid, account_name_taken, password_weak.
    """
    reason, name = reason_of(reason, "staff_reason_missing"), canonical(account_name).name
    unit = _locked(unit)
    account = Account.objects.select_for_update().get(pk=unit.account_id)
    if account.closed_at is None:
        raise Refused("unit_not_ended", unit=unit.name)
    problems = account_problems(name)
    problems += password_problems(password, Account(kind=account.kind, name=name))
    if problems:
        raise Refused.of(*problems)
    account.name, account.closed_at, account.is_active = name, None, True
    account.set_password(password)
    account.password_changed_at = timezone.now()
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        # Somebody took the name since the look above.
        raise refused_or(error, account_problems(name)) from error
    unit.closed_at = None
    unit.save(update_fields=["closed_at"])
    after = {"account": name, "reason": reason}
    record("unit-reopened", origin=origin, unit=unit, target=unit.name, after=after)


@transaction.atomic
def change_unit_kinds(
    unit: Unit, kinds: frozenset[UnitKind], reason: str, *, origin: Origin = COMMAND
) -> None:
    """Say what a unit is. What its agents hold and it no longer has, ends.

    Raises Refused: unit_kind_missing, unit_kinds_same.
    """
    reason = reason_of(reason, "staff_reason_missing")
    unit = _locked(unit)
    before = unit.kinds
    if not kinds:
        raise Refused.of(unit_kind_missing(unit.name))
    if kinds == before:
        raise Refused("unit_kinds_same", unit=unit.name)
    flags = flags_of(kinds)
    for flag, yes in flags.items():
        setattr(unit, flag, yes)
    unit.save(update_fields=flags)
    lost = sorted(code for code, business in SERVED.items() if not business.kinds & kinds)
    ending = Authorization.objects.of(unit).filter(business__in=lost)
    taken = sorted(ending.filter(revoked_at=None).values_list("business", flat=True))
    end(ending, unit, origin, timezone.now())
    record(
        "unit-kinds-changed",
        origin=origin,
        unit=unit,
        target=unit.name,
        before={"kinds": codes_of(before), "businesses": taken},
        after={"kinds": codes_of(kinds), "businesses": [], "reason": reason},
    )
    notify(unit.account, "unit-kinds-changed", kinds=kind_words(kinds), reason=reason)


def _locked(unit: Unit) -> Unit:
    """Return the unit as it is now; of two changes at once the second waits."""
    lock(unit)
    return Unit.objects.select_related("account").get(pk=unit.pk)
