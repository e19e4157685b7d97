"""Agents: storing one with its account."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.words import called, password_problems, refused_or
from accounts.identity import Person, person_problems
from accounts.log import record
from accounts.models import Account, Agent
from accounts.names import Kind, canonical, is_name, mask_mobile
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refusal, Refused, refusal


def create_agent(
    *,
    mobile: str,
    password: str | None,
    name: str = "",
    person: Person | None = None,
    by: Account | None = None,
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
        to_be = Agent(account=Account(kind=Kind.AGENT, name=mobile), name=who.name)
        problems += password_problems(password, to_be.account)
    if problems:
        raise Refused(*problems)
    try:
        with transaction.atomic():
            account = Account.objects.create_account(Kind.AGENT, mobile, password)
            tidy = who._replace(name=who.name.strip())
            agent = Agent.objects.create(account=account, **tidy._asdict())
            record("agent-created", by=by, origin=origin, target=called(agent))
    except IntegrityError as error:
        raise refused_or(error, _problems(mobile, who, documented=False)) from error
    return agent


def _problems(mobile: str, who: Person, *, documented: bool) -> list[Refusal]:
    """What is wrong with the number and the person, whose document counts where `documented`."""
    problems = []
    if not is_name(Kind.AGENT, mobile):
        problems.append(refusal("mobile_invalid", mobile=mobile))
    elif Account.objects.filter(name=mobile).exists():
        problems.append(refusal("mobile_taken", mobile=mask_mobile(mobile)))
    if documented:
        return problems + person_problems(who, timezone.localdate())
    if not who.name.strip():
        problems.append(refusal("agent_name_missing"))
    return problems
