"""Units: storing one with its account."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.core.actions import name_problems, password_problems, refused_or
from accounts.core.kinds import KINDS, UnitKind, codes_of, flags_of, kind_words
from accounts.core.models import Account
from accounts.core.names import AccountKind, canonical
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.units.credit_codes import uscc_problem
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal


def create_unit(
    *,
    account_name: str,
    password: str,
    name: str,
    uscc: str,
    kinds: frozenset[UnitKind],
    org_code: str = "",
    admdvs: str = "",
    org_type: str = "",
    approved: bool = True,
    origin: Origin = COMMAND,
) -> Unit:
    """Store a unit with its account; `approved`: its agents may do business at once."""
    account_name, uscc = canonical(account_name).name, canonical(uscc).name
    unit_to_be = Unit(
        account=Account(kind=AccountKind.UNIT, name=account_name), name=name, uscc=uscc
    )
    problems = account_problems(account_name) + firm_problems(name, uscc, kinds)
    problems += password_problems(password, unit_to_be.account)
    if problems:
        raise Refused.of(*problems)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(
                account=Account.objects.create_account(AccountKind.UNIT, account_name, password),
                name=name.strip(),
                uscc=uscc,
                **flags_of(kinds),
                org_code=org_code,
                admdvs=admdvs,
                org_type=org_type,
                approved_at=timezone.now() if approved else None,
            )
            after = {"account": account_name, "uscc": uscc, "kinds": codes_of(kinds)}
            record("unit-created", origin=origin, unit=unit, target=unit.name, after=after)
    except IntegrityError as error:
        # Somebody stored the same name or credit code since the look above.
        problems = account_problems(account_name) + firm_problems(name, uscc, kinds)
        raise refused_or(error, problems) from error
    return unit


def account_problems(account_name: str) -> list[Refusal]:
    """Return why no unit account can get this canonical name."""
    malformed = refusal("account_name_invalid", name=account_name)
    return name_problems(AccountKind.UNIT, account_name, malformed)


def firm_problems(name: str, uscc: str, kinds: frozenset[UnitKind]) -> list[Refusal]:
    """Return why no unit can be stored with this name, canonical credit code and kinds."""
    problems = []
    if not name.strip():
        problems.append(refusal("unit_name_missing"))
    if flaw := uscc_problem(uscc):
        problems.append(flaw)
    elif present := Unit.objects.filter(uscc=uscc).first():
        code = "uscc_closed" if present.closed_at else "uscc_taken"
        problems.append(refusal(code, uscc=uscc))
    if not kinds:
        problems.append(unit_kind_missing(name))
    return problems


def unit_kind_missing(name: str) -> Refusal:
    """Return the refusal of a unit that would be of no kind."""
    return refusal("unit_kind_missing", unit=name, kinds=kind_words(KINDS.values()))
