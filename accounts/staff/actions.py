"""Staff accounts: made, given roles, switched off."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from accounts.core.actions import name_problems, password_problems, refused_or
from accounts.core.models import Account
from accounts.core.names import AccountKind, canonical
from accounts.core.origin import COMMAND, Origin
from accounts.core.reasons import reason_of
from accounts.log.writing import record
from accounts.signing_in.actions_passwords import set_password
from accounts.signing_in.actions_sessions import end_sessions
from accounts.signing_in.models import SignIn
from accounts.staff.actions_oversight import forget_failures
from accounts.staff.roles import ROLES
from portal.lib.refused import Refusal, Refused, refusal


def create_staff(
    *, name: str, password: str, roles: Collection[str], origin: Origin = COMMAND
) -> Account:
    """Store a staff account; `roles` are titles of accounts.staff.roles.

    Raises Refused: staff_name_invalid, account_name_taken, role_unknown, password_*.
    """
    name = canonical(name).name
    problems = _name_problems(name) + _role_problems(roles)
    problems += password_problems(password, Account(kind=AccountKind.STAFF, name=name))
    if problems:
        raise Refused.of(*problems)
    try:
        with transaction.atomic():
            account = Account.objects.create_account(AccountKind.STAFF, name, password)
            account.groups.set(Group.objects.filter(name__in=roles))
            record(
                "staff-created",
                origin=origin,
                target=name,
                after={"staff_roles": sorted(roles)},
            )
    except IntegrityError as error:
        raise refused_or(error, _name_problems(name)) from error
    return account


@transaction.atomic
def change_staff(
    account: Account, *, roles: Collection[str], active: bool, origin: Origin = COMMAND
) -> None:
    """Give a staff account these roles and no other, and let it in or not.

    Raises Refused: role_unknown, staff_self for the account that acts.
    """
    if problems := _role_problems(roles):
        raise Refused.of(*problems)
    account = Account.objects.select_for_update().get(pk=account.pk, kind=AccountKind.STAFF)
    if origin.by is not None and origin.by.pk == account.pk:
        raise Refused("staff_self")
    before = {"staff_roles": roles_of(account), "staff_active": account.is_active}
    account.groups.set(Group.objects.filter(name__in=roles))
    account.is_active = active
    account.save(update_fields=["is_active"])
    after = {"staff_roles": sorted(roles), "staff_active": active}
    if before != after:
        record("staff-changed", origin=origin, target=account.name, before=before, after=after)
    if not active:
        end_sessions(account, SignIn.End.STAFF, origin=origin)


@transaction.atomic
def reset_staff_password(
    account: Account, password: str, reason: str, *, origin: Origin = COMMAND
) -> None:
    """Give a staff account a new password to begin with; its one-time codes stay. Failed sign-ins
    are forgotten: staff have no other way out of a lock.

    Raises Refused: password_weak, staff_reason_missing, reason_too_long.
    """
    reason = reason_of(reason, "staff_reason_missing")
    if problems := password_problems(password, account):
        raise Refused.of(*problems)
    set_password(account, password)
    record(
        "staff-password-reset",
        origin=origin,
        target=account.name,
        after={"reason": reason},
    )
    end_sessions(account, SignIn.End.PASSWORD, origin=origin)
    forget_failures(account)


def roles_of(account: Account) -> list[str]:
    """Return the titles of an account's roles, sorted."""
    return sorted(account.groups.values_list("name", flat=True))


def _name_problems(name: str) -> list[Refusal]:
    return name_problems(AccountKind.STAFF, name, refusal("staff_name_invalid", name=name))


def _role_problems(roles: Collection[str]) -> list[Refusal]:
    known = {role.title for role in ROLES}
    return [refusal("role_unknown", role=role) for role in sorted(set(roles) - known)]
