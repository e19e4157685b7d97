"""Which agent holds which business: granting and revoking."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts import queries
from accounts.actions.words import called
from accounts.businesses import SERVED, kind_words
from accounts.log import record
from accounts.models import Account, Agent, Authorization, Membership, Unit
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refusal, Refused, refusal


class Change(NamedTuple):
    """What saving permissions did: the codes of the businesses given and taken."""

    granted: frozenset[str]
    revoked: frozenset[str]


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
        target=called(agent),
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
        return [refusal("not_a_member", agent=called(agent), unit=unit.name)]
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
                refusal("business_held", business=business.title, holder=called(present))
            )
    return problems
