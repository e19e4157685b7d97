"""Units: storing one with its account."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.words import password_problems, refused_or
from accounts.businesses import UnitKind
from accounts.log import record
from accounts.models import Account, Unit
from accounts.names import Kind, canonical, is_name
from accounts.origin import COMMAND, Origin
from accounts.refusals import USCC_FLAWS, Refusal, Refused, refusal
from portal.lib.identifiers import uscc_flaw


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
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Unit:
    """Store a unit with its account; `approved`: its agents may do business at once."""
    account_name, uscc = canonical(account_name).name, canonical(uscc).name
    unit_to_be = Unit(account=Account(kind=Kind.UNIT, name=account_name), name=name, uscc=uscc)
    problems = _unit_problems(account_name, name, uscc, kinds)
    problems += password_problems(password, unit_to_be.account)
    if problems:
        raise Refused(*problems)
    try:
        with transaction.atomic():
            unit = Unit.objects.create(
                account=Account.objects.create_account(Kind.UNIT, account_name, password),
                name=name.strip(),
                uscc=uscc,
                is_maker=UnitKind.MAKER in kinds,
                is_distributor=UnitKind.DISTRIBUTOR in kinds,
                org_code=org_code,
                admdvs=admdvs,
                org_type=org_type,
                approved_at=timezone.now() if approved else None,
            )
            after = {"account": account_name, "uscc": uscc, "kinds": sorted(kinds)}
            record("unit-created", by=by, origin=origin, unit=unit, target=unit.name, after=after)
    except IntegrityError as error:
        # Somebody stored the same name or credit code since the look above.
        raise refused_or(error, _unit_problems(account_name, name, uscc, kinds)) from error
    return unit


def _unit_problems(
    account_name: str, name: str, uscc: str, kinds: frozenset[UnitKind]
) -> list[Refusal]:
    problems = []
    if not is_name(Kind.UNIT, account_name):
        problems.append(refusal("account_name_invalid", name=account_name))
    elif Account.objects.filter(name=account_name).exists():
        problems.append(refusal("account_name_taken", name=account_name))
    if not name.strip():
        problems.append(refusal("unit_name_missing"))
    if flaw := uscc_flaw(uscc):
        problems.append(refusal("uscc_invalid", uscc=uscc, why=USCC_FLAWS[flaw]))
    elif Unit.objects.filter(uscc=uscc).exists():
        problems.append(refusal("uscc_taken", uscc=uscc))
    if not kinds:
        problems.append(refusal("unit_kind_missing", unit=name))
    return problems
