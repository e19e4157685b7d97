"""The only writer of accounts. Every change and its entry in the operation log are one transaction.

`by` is the account that acts (None for a command), `origin` the place it acts from. What a rule
refuses raises `Refused` with sentences for the user; nothing is stored then.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts import queries
from accounts.businesses import SERVED, UnitKind, kind_words
from accounts.log import record
from accounts.models import Account, Agent, Authorization, Membership, Unit
from accounts.names import Kind, canonical, is_name, mask_mobile
from accounts.origin import COMMAND, Origin
from accounts.refusals import USCC_FLAWS, Refusal, Refused, refusal
from portal.lib.identifiers import uscc_flaw


class Change(NamedTuple):
    """What saving permissions did: the codes of the businesses given and taken."""

    granted: frozenset[str]
    revoked: frozenset[str]


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
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Unit:
    """Store a unit with its account."""
    account_name, uscc = canonical(account_name).name, canonical(uscc).name
    problems = _unit_problems(account_name, name, uscc, kinds) + _password_problems(password)
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
            )
            after = {"account": account_name, "uscc": uscc, "kinds": sorted(kinds)}
            record("unit-created", by=by, origin=origin, unit=unit, target=unit.name, after=after)
    except IntegrityError as error:
        # Somebody stored the same name or credit code since the look above.
        raise _refused_or(error, _unit_problems(account_name, name, uscc, kinds)) from error
    return unit


def create_agent(
    *,
    mobile: str,
    password: str,
    name: str,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Agent:
    """Store an agent with its account; it acts for no unit yet."""
    mobile = canonical(mobile).name
    problems = _agent_problems(mobile, name) + _password_problems(password)
    if problems:
        raise Refused(*problems)
    try:
        with transaction.atomic():
            account = Account.objects.create_account(Kind.AGENT, mobile, password)
            agent = Agent.objects.create(account=account, name=name.strip())
            record("agent-created", by=by, origin=origin, target=_called(agent))
    except IntegrityError as error:
        raise _refused_or(error, _agent_problems(mobile, name)) from error
    return agent


@transaction.atomic
def add_member(
    unit: Unit, agent: Agent, *, by: Account | None = None, origin: Origin = COMMAND
) -> Membership:
    """Let the agent act for the unit; it holds no business there yet."""
    row, added = Membership.everything.get_or_create(unit=unit, agent=agent)
    if not added:
        raise Refused(refusal("already_member", agent=_called(agent), unit=unit.name))
    record("member-added", by=by, origin=origin, unit=unit, target=_called(agent))
    return row


def save_permissions(
    unit: Unit,
    agent: Agent,
    businesses: Collection[str],
    *,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Change:
    """Make `businesses` exactly what the agent holds for the unit. All of it or nothing."""
    return _change(unit, agent, lambda held: frozenset(businesses), by, origin)


def grant(
    unit: Unit,
    agent: Agent,
    business: str,
    *,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Change:
    """Give one business to the agent and leave the others alone."""
    return _change(unit, agent, lambda held: held | {business}, by, origin)


def revoke(
    unit: Unit,
    agent: Agent,
    business: str,
    *,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> Change:
    """Take one business from the agent and leave the others alone."""
    return _change(unit, agent, lambda held: held - {business}, by, origin)


@transaction.atomic
def _change(
    unit: Unit,
    agent: Agent,
    wish: Callable[[frozenset[str]], frozenset[str]],
    by: Account | None,
    origin: Origin,
) -> Change:
    """Bring what the agent holds to what is wished for.

    The unit's row is locked first: of two at once the second waits, then sees what the first has
    done and is refused by name. The lock leaves foreign keys to the unit alone.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    held = queries.held_by(unit, agent)
    wanted = wish(held)
    change = Change(granted=wanted - held, revoked=held - wanted)
    if problems := _grant_problems(unit, agent, change.granted):
        raise Refused(*problems)
    if not (change.granted or change.revoked):
        return change
    _end(unit, agent, change.revoked)
    giver = by or unit.account
    Authorization.everything.bulk_create(
        Authorization(unit=unit, agent=agent, business=business, granted_by=giver)
        for business in sorted(change.granted)
    )
    record(
        "permissions-saved",
        by=by,
        origin=origin,
        unit=unit,
        target=_called(agent),
        before={"businesses": sorted(held)},
        after={"businesses": sorted(wanted)},
    )
    return change


def _end(unit: Unit, agent: Agent, businesses: frozenset[str]) -> None:
    """End these authorisations now, and never before they began, whatever the clocks say."""
    live = Authorization.objects.of(unit).filter(agent=agent, revoked_at=None)
    live.filter(business__in=businesses).update(
        revoked_at=Greatest(F("granted_at"), Value(timezone.now()))
    )


def _grant_problems(unit: Unit, agent: Agent, businesses: frozenset[str]) -> list[Refusal]:
    """Return why these businesses cannot be given to the agent, in the hall's order."""
    if not Membership.objects.of(unit).filter(agent=agent).exists():
        return [refusal("not_a_member", agent=_called(agent), unit=unit.name)]
    unknown = sorted(businesses - SERVED.keys())
    problems = [refusal("business_unknown", business=code) for code in unknown]
    holders = queries.holders(unit)
    for business in (b for code, b in SERVED.items() if code in businesses):
        if not business.kinds & unit.kinds:
            problems.append(
                refusal(
                    "business_not_of_unit",
                    business=business.title,
                    kinds=kind_words(business.kinds),
                    unit=unit.name,
                    found=kind_words(unit.kinds),
                )
            )
        elif present := holders.get(business.code):
            problems.append(
                refusal("business_held", business=business.title, holder=_called(present))
            )
    return problems


@transaction.atomic
def sign_in(account: Account, *, origin: Origin) -> None:
    """Note the time and address of a sign-in; the ones noted before become the previous ones."""
    Account.objects.filter(pk=account.pk).update(
        last_sign_in_at=F("this_sign_in_at"),
        last_sign_in_address=F("this_sign_in_address"),
        this_sign_in_at=timezone.now(),
        this_sign_in_address=origin.address,
    )
    account.refresh_from_db()
    unit = Unit.objects.filter(account=account).first()
    record("signed-in", by=account, origin=origin, unit=unit)


@transaction.atomic
def sign_out(account: Account, *, origin: Origin) -> None:
    """Note a sign-out."""
    unit = Unit.objects.filter(account=account).first()
    record("signed-out", by=account, origin=origin, unit=unit)


def _called(agent: Agent) -> str:
    return f"{agent.name}（{mask_mobile(agent.mobile)}）"


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


def _agent_problems(mobile: str, name: str) -> list[Refusal]:
    problems = []
    if not is_name(Kind.AGENT, mobile):
        problems.append(refusal("mobile_invalid", mobile=mobile))
    elif Account.objects.filter(name=mobile).exists():
        problems.append(refusal("mobile_taken", mobile=mask_mobile(mobile)))
    if not name.strip():
        problems.append(refusal("agent_name_missing"))
    return problems


def _password_problems(password: str) -> list[Refusal]:
    try:
        validate_password(password)
    except ValidationError as error:
        return [refusal("password_weak", why="".join(error.messages))]
    return []


def _refused_or(error: IntegrityError, problems: list[Refusal]) -> Exception:
    """Return the refusals that explain the database's; its own error when none does."""
    return Refused(*problems) if problems else error
