"""Agents are stored, bound to units, changed and let go."""

from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.agents.identity import Person, person_problems
from accounts.agents.models import Agent, Membership
from accounts.core.actions import called, password_problems, refused_or, store_changes
from accounts.core.limits import DAY, Limit, spend
from accounts.core.models import Account
from accounts.core.names import AccountKind, canonical, is_name, mask_mobile
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import let_go, lock, stranger
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal


def create_agent(
    *,
    mobile: str,
    password: str | None,
    name: str = "",
    person: Person | None = None,
    origin: Origin = COMMAND,
) -> Agent:
    """Store an agent with its account; it acts for no unit yet.

    `person` says who it is; without one only the `name` is known. With `password` None nobody can
    sign in until the agent has set one by 忘记密码. Raises Refused: mobile_invalid, mobile_taken,
    agent_name_missing, password_weak, id_*.
    """
    mobile = canonical(mobile).name
    who = person or Person(name)
    problems = _problems(mobile, who, documented=person is not None)
    if password is not None:
        to_be = Agent(account=Account(kind=AccountKind.AGENT, name=mobile), name=who.name)
        problems += password_problems(password, to_be.account)
    if problems:
        raise Refused.of(*problems)
    try:
        with transaction.atomic():
            account = Account.objects.create_account(AccountKind.AGENT, mobile, password)
            tidy = who._replace(name=who.name.strip())
            agent = Agent.objects.create(account=account, **tidy._asdict())
            record("agent-created", origin=origin, target=called(agent))
    except IntegrityError as error:
        raise refused_or(error, _problems(mobile, who, documented=False)) from error
    return agent


def _problems(mobile: str, who: Person, *, documented: bool) -> list[Refusal]:
    """What is wrong with the number and the person, whose document counts where `documented`."""
    problems = []
    if not is_name(AccountKind.AGENT, mobile):
        problems.append(refusal("mobile_invalid", mobile=mobile))
    elif Account.objects.filter(name=mobile).exists():
        problems.append(refusal("mobile_taken", mobile=mask_mobile(mobile)))
    if documented:
        return problems + person_problems(who, timezone.localdate())
    if not who.name.strip():
        problems.append(refusal("agent_name_missing"))
    return problems


# How often one agent is asked by one unit to set a new password.
PROMPTS_PER_DAY = 3


class Reach(NamedTuple):
    """How a unit reaches an agent; the names are those of the model Membership."""

    email: str = ""
    address: str = ""
    postcode: str = ""


class Bound(NamedTuple):
    """An agent that was bound. `created`: nobody was known by the number before."""

    agent: Agent
    created: bool


@transaction.atomic
def add_member(
    unit: Unit, agent: Agent, *, reach: Reach | None = None, origin: Origin = COMMAND
) -> Membership:
    """Let the agent act for the unit; it holds no business there yet, and is told.

    Without `reach` the unit begins with what the agent has said of itself. Raises Refused:
    agent_closed, unit_closed, already_member.
    """
    _lock(unit, agent)
    if Account.objects.filter(pk=agent.account_id).exclude(closed_at=None).exists():
        raise Refused("agent_closed", agent=agent.name)
    if Unit.objects.filter(pk=unit.pk).exclude(closed_at=None).exists():
        raise Refused("unit_closed", unit=unit.name)
    reach = reach or Reach(agent.email, agent.address, agent.postcode)
    row, added = Membership.everything.get_or_create(
        unit=unit, agent=agent, defaults=reach._asdict()
    )
    if not added:
        raise Refused("already_member", agent=called(agent), unit=unit.name)
    record("member-added", origin=origin, unit=unit, target=called(agent))
    notify(agent.account, "member-added", unit=unit.name)
    return row


def bind_known(unit: Unit, mobile: str, *, origin: Origin = COMMAND) -> Agent | None:
    """Let the agent with this number, canonical and proven, act for the unit.

    Returns None when nobody is known by the number. Raises Refused as `add_member`.
    """
    return _bind(unit, mobile, None, origin)


def bind_person(unit: Unit, mobile: str, person: Person, *, origin: Origin = COMMAND) -> Bound:
    """Store the person with this number, canonical and proven, and let it act for the unit.

    It has no password until it sets one by 忘记密码. Where somebody else has stored an agent with
    this number meanwhile, that one is bound: who it is stays as stored first, how to reach it is
    what this unit says. Raises Refused: id_*, agent_name_missing and as `add_member`.
    """
    if problems := person_problems(person, timezone.localdate()):
        raise Refused.of(*problems)
    reach = Reach(person.email, person.address, person.postcode)
    if known := _bind(unit, mobile, reach, origin):
        return Bound(known, created=False)
    try:
        with transaction.atomic():
            agent = create_agent(mobile=mobile, password=None, person=person, origin=origin)
            add_member(unit, agent, reach=reach, origin=origin)
    except Refused as refused:
        # Of two at the same instant the second finds the agent that the first has stored.
        if [found.code for found in refused.refusals] != ["mobile_taken"]:
            raise
        if known := _bind(unit, mobile, reach, origin):
            return Bound(known, created=False)
        raise
    return Bound(agent, created=True)


@transaction.atomic
def change_reach(unit: Unit, agent: Agent, reach: Reach, *, origin: Origin = COMMAND) -> None:
    """Change how this unit reaches the agent. The log keeps which of it changed, not the data.

    Raises Refused: not_a_member.
    """
    row = Membership.objects.of(unit).select_for_update().filter(agent=agent).first()
    if row is None:
        raise Refused("not_a_member", agent=called(agent), unit=unit.name)
    if changed := store_changes(row, reach._asdict()):
        after = {"fields": changed}
        record("member-changed", origin=origin, unit=unit, target=called(agent), after=after)


@transaction.atomic
def remove_member(unit: Unit, agent: Agent, *, origin: Origin = COMMAND) -> frozenset[str]:
    """End that the agent acts for the unit, and all it has there; it is told.

    Returns the businesses that nobody holds now. Raises Refused: not_a_member.
    """
    _lock(unit, agent)
    if problems := stranger(unit, agent):
        raise Refused.of(*problems)
    freed = unbind("member-removed", unit, agent, origin)
    notify(agent.account, "member-removed", unit=unit.name)
    return freed


def unbind(why: str, unit: Unit, agent: Agent, origin: Origin) -> frozenset[str]:
    """End one binding of an agent, logged as the operation `why`, in the transaction of the caller.

    Returns the businesses that nobody holds now.
    """
    freed = let_go(unit, agent, origin=origin)
    Membership.objects.of(unit).filter(agent=agent).delete()
    before: dict[str, list[str]] = {"businesses": sorted(freed)}
    after: dict[str, list[str]] = {"businesses": []}
    record(why, origin=origin, unit=unit, target=called(agent), before=before, after=after)
    return freed


def prompt_new_password(unit: Unit, agent: Agent, *, origin: Origin = COMMAND) -> None:
    """Ask the agent to set a new password by 忘记密码; the old one works until then.

    The account serves other units too and its password is the agent's secret, so the unit can
    neither set, see nor end it. Raises Refused: prompts_too_many, not_a_member.
    """
    limit = Limit("password-prompt", f"{unit.pk} {agent.pk}", PROMPTS_PER_DAY, DAY)
    spend("prompts_too_many", limit, times=str(PROMPTS_PER_DAY))
    with transaction.atomic():
        if problems := stranger(unit, agent):
            raise Refused.of(*problems)
        record("password-prompted", origin=origin, unit=unit, target=called(agent))
        notify(agent.account, "password-prompted", unit=unit.name)


@transaction.atomic
def _bind(unit: Unit, mobile: str, reach: Reach | None, origin: Origin) -> Agent | None:
    accounts = Account.objects.select_for_update(no_key=True)
    account = accounts.filter(name=mobile, kind=AccountKind.AGENT, closed_at=None).first()
    if account is None:
        return None
    add_member(unit, account.agent, reach=reach, origin=origin)
    return account.agent


def _lock(unit: Unit, agent: Agent) -> None:
    """Wait for whoever closes the agent's account, or changes who may do what at the unit."""
    Account.objects.select_for_update(no_key=True).get(pk=agent.account_id)
    lock(unit)
