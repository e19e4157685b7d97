"""Agents: storing one with its account, and letting it act for a unit."""

from django.db import IntegrityError, transaction

from accounts.actions.words import called, password_problems, refused_or
from accounts.log import record
from accounts.models import Account, Agent, Membership, Unit
from accounts.names import Kind, canonical, is_name, mask_mobile
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refusal, Refused, refusal


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
    agent_to_be = Agent(account=Account(kind=Kind.AGENT, name=mobile), name=name)
    problems = _agent_problems(mobile, name) + password_problems(password, agent_to_be.account)
    if problems:
        raise Refused(*problems)
    try:
        with transaction.atomic():
            account = Account.objects.create_account(Kind.AGENT, mobile, password)
            agent = Agent.objects.create(account=account, name=name.strip())
            record("agent-created", by=by, origin=origin, target=called(agent))
    except IntegrityError as error:
        raise refused_or(error, _agent_problems(mobile, name)) from error
    return agent


@transaction.atomic
def add_member(
    unit: Unit, agent: Agent, *, by: Account | None = None, origin: Origin = COMMAND
) -> Membership:
    """Let the agent act for the unit; it holds no business there yet."""
    row, added = Membership.everything.get_or_create(unit=unit, agent=agent)
    if not added:
        raise Refused(refusal("already_member", agent=called(agent), unit=unit.name))
    record("member-added", by=by, origin=origin, unit=unit, target=called(agent))
    return row


def _agent_problems(mobile: str, name: str) -> list[Refusal]:
    problems = []
    if not is_name(Kind.AGENT, mobile):
        problems.append(refusal("mobile_invalid", mobile=mobile))
    elif Account.objects.filter(name=mobile).exists():
        problems.append(refusal("mobile_taken", mobile=mask_mobile(mobile)))
    if not name.strip():
        problems.append(refusal("agent_name_missing"))
    return problems
