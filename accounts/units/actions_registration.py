"""单位注册: a unit stores itself, its account and its first agent, in one transaction."""

from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.agents.actions import add_member, bind_known, create_agent
from accounts.agents.identity import Person, id_number_problem, person_problems
from accounts.agents.models import Agent
from accounts.core.actions import password_problems
from accounts.core.kinds import UnitKind, codes_of, flags_of
from accounts.core.limits import DAY, HOUR, Limit, counted_address, spend
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.origin import Origin
from accounts.core.queries import agent_for
from accounts.log.writing import record
from accounts.units.actions import account_problems, firm_problems
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal

# Enough for an office that mistypes, too few to try names or credit codes one after the other.
LOOKS_PER_HOUR, UNITS_PER_DAY = 60, 20


class Enterprise(NamedTuple):
    """What the unit says of itself; texts are tidy, `uscc` canonical."""

    name: str
    uscc: str
    kinds: frozenset[UnitKind]
    org_type: str = ""
    admdvs: str = ""
    legal_name: str = ""
    legal_id_type: str = ""
    legal_id_number: str = ""


class FirstAgent(NamedTuple):
    """Who acts for the unit first: a proven mobile number. `person` is None for a known number."""

    mobile: str
    person: Person | None = None
    password: str = ""


def look_up(problems: list[Refusal], *, origin: Origin) -> None:
    """Count one look at whether a name or credit code is taken, then raise Refused for `problems`.

    Anyone may ask here, and has to be told before filling in three pages; so each address may ask
    LOOKS_PER_HOUR times. What it learns is little: unit accounts and credit codes are public, the
    mobile numbers of people are told to nobody who has not proven them. Raises Refused.
    """
    limit = Limit("register-looks", counted_address(origin.address), LOOKS_PER_HOUR, HOUR)
    spend("registration_too_often", limit)
    if problems:
        raise Refused.of(*problems)


def check_account_name(account_name: str, *, origin: Origin) -> None:
    """Raise Refused for a canonical name that is no unit account's, or is taken."""
    look_up(account_problems(account_name), origin=origin)


def check_enterprise(enterprise: Enterprise, *, origin: Origin) -> None:
    """Raise Refused for an enterprise that cannot be registered."""
    look_up(_enterprise_problems(enterprise), origin=origin)


def register_unit(
    *,
    account_name: str,
    password_hash: str,
    enterprise: Enterprise,
    agent: FirstAgent,
    origin: Origin,
) -> Unit:
    """Store the unit, not yet approved, and bind its first agent. Raises Refused.

    `password_hash` is made by make_password of a password that was found good enough. An agent
    known by the number keeps its own data; else one is created from `agent.person`.
    """
    limit = Limit("register-units", counted_address(origin.address), UNITS_PER_DAY, DAY)
    spend("registration_too_often", limit)
    account = Account(kind=AccountKind.UNIT, name=account_name, password=password_hash)
    if problems := _problems(account_name, enterprise, agent):
        raise Refused.of(*problems)
    try:
        return _store(account, enterprise, agent, origin)
    except (IntegrityError, Refused) as error:
        if problems := _problems(account_name, enterprise, agent):
            raise Refused.of(*problems) from error
    # Somebody stored an agent with this number since the look; now it is bound as a known one.
    account.pk = None
    return _store(account, enterprise, agent, origin)


@transaction.atomic
def _store(account: Account, enterprise: Enterprise, first: FirstAgent, origin: Origin) -> Unit:
    account.save(force_insert=True)
    values = enterprise._asdict()
    kinds = values.pop("kinds")
    unit = Unit.objects.create(
        account=account,
        contact_mobile=first.mobile,
        **flags_of(kinds),
        **values,
    )
    after = {"account": account.name, "uscc": unit.uscc, "kinds": codes_of(kinds)}
    record(
        "unit-registered", origin=origin.done_by(account), unit=unit, target=unit.name, after=after
    )
    if not bind_known(unit, first.mobile, origin=origin.done_by(account)):
        if first.person is None:
            raise Refused("first_agent_gone")
        agent = create_agent(
            mobile=first.mobile,
            password=first.password,
            person=first.person,
            origin=origin.done_by(account),
        )
        add_member(unit, agent, origin=origin.done_by(account))
    return unit


def _problems(account_name: str, enterprise: Enterprise, agent: FirstAgent) -> list[Refusal]:
    problems = account_problems(account_name) + _enterprise_problems(enterprise)
    if agent_for(agent.mobile):
        return problems
    if agent.person is None:
        return [*problems, refusal("first_agent_gone")]
    to_be = Agent(
        account=Account(kind=AccountKind.AGENT, name=agent.mobile), name=agent.person.name
    )
    return [
        *problems,
        *person_problems(agent.person, timezone.localdate()),
        *password_problems(agent.password, to_be.account),
    ]


def _enterprise_problems(enterprise: Enterprise) -> list[Refusal]:
    problems = firm_problems(enterprise.name, enterprise.uscc, enterprise.kinds)
    if flaw := id_number_problem(enterprise.legal_id_type, enterprise.legal_id_number):
        problems.append(flaw)
    return problems
