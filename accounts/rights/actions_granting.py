"""Which agent holds which business: granting and revoking."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.rights import queries
from accounts.rights.actions import end, give, lock, not_of_unit, stranger
from accounts.rights.businesses import SERVED
from accounts.rights.models import Authorization
from accounts.rights.queries import held_by
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal


class Change(NamedTuple):
    """What saving permissions did: the codes of the businesses given and taken."""

    granted: frozenset[str]
    revoked: frozenset[str]


def save_permissions(
    unit: Unit, agent: Agent, businesses: Collection[str], *, origin: Origin = COMMAND
) -> Change:
    """Make `businesses` exactly what the agent holds for the unit. All of it or nothing."""
    return _change(unit, agent, lambda held: frozenset(businesses), origin)


def grant(unit: Unit, agent: Agent, business: str, *, origin: Origin = COMMAND) -> Change:
    """Give one business to the agent and leave the others alone."""
    return _change(unit, agent, lambda held: held | {business}, origin)


def revoke(unit: Unit, agent: Agent, business: str, *, origin: Origin = COMMAND) -> Change:
    """Take one business from the agent and leave the others alone."""
    return _change(unit, agent, lambda held: held - {business}, origin)


@transaction.atomic
def _change(
    unit: Unit, agent: Agent, wish: Callable[[frozenset[str]], frozenset[str]], origin: Origin
) -> Change:
    """Bring what the agent holds to what is wished for, under the lock on the unit."""
    lock(unit)
    held = held_by(unit, agent)
    wanted = wish(held)
    change = Change(granted=wanted - held, revoked=held - wanted)
    if problems := _grant_problems(unit, agent, change.granted):
        raise Refused.of(*problems)
    if not (change.granted or change.revoked):
        return change
    moment = timezone.now()
    rows = Authorization.objects.of(unit).filter(agent=agent, business__in=change.revoked)
    end(rows, unit, origin, moment)
    give(unit, agent, change.granted, moment, origin.by)
    record(
        "permissions-saved",
        origin=origin,
        unit=unit,
        target=called(agent),
        before={"businesses": sorted(held)},
        after={"businesses": sorted(wanted)},
    )
    return change


def _grant_problems(unit: Unit, agent: Agent, businesses: frozenset[str]) -> list[Refusal]:
    """Return why these businesses cannot be given to the agent, in the hall's order."""
    if problems := stranger(unit, agent):
        return problems
    holders = queries.holders(unit)
    order = [*sorted(businesses - SERVED.keys()), *(b for b in SERVED if b in businesses)]
    for business in order:
        if wrong := not_of_unit(unit, business):
            problems += wrong
        elif present := holders.get(business):
            title = SERVED[business].title
            problems.append(refusal("business_held", business=title, holder=called(present)))
    return problems
