"""申请权限: an agent asks the unit account for a business, and what becomes of it."""

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.columns import length_of
from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import answer, lock, not_of_unit, stranger, title_of
from accounts.rights.actions_granting import grant
from accounts.rights.models import AccessRequest
from accounts.rights.queries import held_by
from accounts.units.models import Unit
from portal.lib.refused import Refused

TEXT_LENGTH = length_of(AccessRequest, "reason")
TIMES = 10


def request_access(
    unit: Unit, agent: Agent, business: str, reason: str = "", *, origin: Origin = COMMAND
) -> AccessRequest:
    """Ask the unit account for a business; `reason` may be empty, at most TEXT_LENGTH characters.

    Raises Refused: text_too_long, requests_too_many, not_a_member, business_unknown,
    business_not_of_unit, holds_already, request_open.
    """
    reason = _text(reason)
    limit = Limit("access-request", f"{unit.pk} {agent.pk}", TIMES, HOUR)
    spend("requests_too_many", limit, times=str(TIMES))
    with transaction.atomic():
        lock(unit)
        _may_ask(unit, agent, business)
        request = AccessRequest.everything.create(
            unit=unit, agent=agent, business=business, reason=reason
        )
        record(
            "access-requested",
            origin=origin.done_by(agent.account),
            unit=unit,
            target=title_of(business),
            after={"note": reason} if reason else None,
        )
        notify(unit.account, "access-requested", agent=called(agent), business=title_of(business))
    return request


@transaction.atomic
def withdraw_request(
    unit: Unit, agent: Agent, request_id: int, *, origin: Origin = COMMAND
) -> AccessRequest:
    """Take back one's own open request. Raises Refused: request_over."""
    lock(unit)
    request = _open(unit, request_id)
    if request.agent != agent:
        raise Refused("request_over")
    answer(request, AccessRequest.Answer.WITHDRAWN, timezone.now())
    title = title_of(request.business)
    record("access-withdrawn", origin=origin.done_by(agent.account), unit=unit, target=title)
    return request


@transaction.atomic
def grant_request(unit: Unit, request_id: int, *, origin: Origin = COMMAND) -> AccessRequest:
    """Give the agent what it asks for. Raises Refused: request_over and what `grant` refuses.

    Where another agent holds the business it takes a hand-over, which answers the request too.
    """
    lock(unit)
    request = _open(unit, request_id)
    grant(unit, request.agent, request.business, origin=origin)
    return request


@transaction.atomic
def refuse_request(
    unit: Unit, request_id: int, note: str = "", *, origin: Origin = COMMAND
) -> AccessRequest:
    """Say no; `note` tells the agent why and may be empty. Raises Refused: request_over,
    text_too_long."""
    note = _text(note)
    lock(unit)
    request = _open(unit, request_id)
    answer(request, AccessRequest.Answer.REFUSED, timezone.now(), note)
    title = title_of(request.business)
    record(
        "access-refused",
        origin=origin,
        unit=unit,
        target=called(request.agent),
        after={"businesses": [request.business]} | ({"note": note} if note else {}),
    )
    code = "access-refused-because" if note else "access-refused"
    notify(request.agent.account, code, unit=unit.name, business=title, note=note)
    return request


def _open(unit: Unit, request_id: int) -> AccessRequest:
    """The unit's open request; a request that is over and none are not told apart."""
    rows = AccessRequest.objects.of(unit).filter(pk=request_id, decided_at=None)
    request = rows.select_related("agent__account").first()
    if request is None:
        raise Refused("request_over")
    return request


def _may_ask(unit: Unit, agent: Agent, business: str) -> None:
    if problems := [*stranger(unit, agent), *not_of_unit(unit, business)]:
        raise Refused.of(*problems)
    title = title_of(business)
    if business in held_by(unit, agent):
        raise Refused("holds_already", agent=called(agent), business=title)
    open_ones = AccessRequest.objects.of(unit).filter(agent=agent, decided_at=None)
    if open_ones.filter(business=business).exists():
        raise Refused("request_open", business=title)


def _text(typed: str) -> str:
    """A reason or a note, without blanks around it."""
    text = typed.strip()
    if len(text) > TEXT_LENGTH:
        raise Refused("text_too_long", length=str(len(text)), most=str(TEXT_LENGTH))
    return text
