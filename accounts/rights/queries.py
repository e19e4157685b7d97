"""Who holds which business, who may do it at this moment, and who asks for it."""

from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.agents.models import Agent, Membership
from accounts.agents.queries import memberships
from accounts.core.models import Account
from accounts.rights.holding import Bar, Holding, bar_of
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.units.models import Unit

OF_OPEN_UNIT = Q(unit__approved_at__isnull=False, unit__closed_at__isnull=True)
UNIT_OPEN = ExpressionWrapper(OF_OPEN_UNIT, output_field=BooleanField())


def holders(unit: Unit) -> dict[str, Agent]:
    """Return who holds which business of the unit by authorisation: business code -> agent."""
    rows = Authorization.objects.of(unit).filter(revoked_at=None)
    return {row.business: row.agent for row in rows.select_related("agent__account")}


def holder(unit: Unit, business: str) -> Agent | None:
    """Return the agent who holds this business of the unit by authorisation."""
    return holders(unit).get(business)


def held_by(unit: Unit, agent: Agent) -> frozenset[str]:
    """Return the codes of the businesses this agent holds for the unit by authorisation."""
    rows = Authorization.objects.of(unit).filter(agent=agent, revoked_at=None)
    return frozenset(rows.values_list("business", flat=True))


def holdings(unit: Unit, at: datetime | None = None) -> dict[str, Holding]:
    """Return in whose hands each business of the unit is: business code -> Hand.

    `at` asks for another moment than now, as far as it is known today.
    """
    live = Q(revoked_at=None)
    if at is not None:
        live = Q(granted_at__lte=at) & (live | Q(revoked_at__gt=at))
    rows = _with_stand_in(Authorization.objects.of(unit), at).filter(live)
    # The stubs do not know that a relation made by an annotation can be followed too.
    people = rows.select_related("agent__account", "stand_in__agent__account")  # type: ignore[misc]
    return {row.business: _hand(row) for row in people}


def acting(unit: Unit, at: datetime | None = None) -> dict[str, Agent]:
    """Return who may do which business of the unit, were the unit open: business code -> agent.

    That is the stand-in while one runs, else the holder.
    """
    return {code: hand.acting for code, hand in holdings(unit, at).items()}


class Entrance(NamedTuple):
    """By what an agent acts for a unit, and the codes of the businesses it may do there now."""

    membership: Membership
    open_businesses: frozenset[str]


def entrance(account: Account, slug: str) -> Entrance | None:
    """Return by what this account may act for the unit at this address: what every page of a unit
    asks, in one statement. Open is what `bar` has nothing against; a rule stands in both."""
    acting = _with_stand_in(Authorization.everything.filter(unit=OuterRef("unit")), None)
    own = acting.annotate(acting=Coalesce("stand_in__agent", "agent")).filter(
        OF_OPEN_UNIT, revoked_at=None, acting=OuterRef("agent")
    )
    may = ArraySubquery(own.values("business"))
    row = memberships(account, slug).annotate(may=may).first()
    return None if row is None else Entrance(row, frozenset(row.may))


def bar(unit: Unit, agent: Agent, business: str) -> Bar | None:
    """Return why the agent may not do the business for the unit now; None when it may."""
    hand = holdings(unit).get(business)
    return bar_of(hand, agent, unit_open=hand.unit_open if hand else unit.is_open)


def stand_ins(unit: Unit) -> list[StandIn]:
    """Return the stand-ins of the unit that run or will, the first to begin first."""
    now = timezone.now()
    rows = StandIn.objects.of(unit).filter(ended_at=None, ends_at__gt=now)
    people = rows.select_related("agent__account", "authorization__agent__account")
    return list(people.order_by("starts_at", "pk"))


def _with_stand_in(rows: QuerySet[Authorization], at: datetime | None) -> QuerySet[Authorization]:
    """Authorisations with the stand-in that runs at the moment, if any, as `stand_in`."""
    moment = at or timezone.now()
    found = Q(stand_ins__starts_at__lte=moment, stand_ins__ends_at__gt=moment) & (
        Q(stand_ins__ended_at=None) | Q(stand_ins__ended_at__gt=moment)
    )
    return rows.annotate(
        stand_in=FilteredRelation("stand_ins", condition=found), unit_open=UNIT_OPEN
    )


def _hand(row: Authorization) -> Holding:
    stand_in: StandIn | None = getattr(row, "stand_in", None)
    return Holding(
        business=row.business,
        holder=row.agent,
        acting=stand_in.agent if stand_in else row.agent,
        until=stand_in.ends_at if stand_in else None,
        unit_open=bool(getattr(row, "unit_open")),  # noqa: B009
    )


def open_requests(unit: Unit) -> list[AccessRequest]:
    """Return the requests that wait for the unit account, the oldest first."""
    rows = AccessRequest.objects.of(unit).filter(decided_at=None)
    return list(rows.select_related("agent__account").order_by("made_at", "pk"))


def request_of(unit: Unit, request_id: int) -> AccessRequest | None:
    """Return one request to the unit, open or not; None for one to another unit."""
    rows = AccessRequest.objects.of(unit).filter(pk=request_id)
    return rows.select_related("agent__account").first()


def own_request(unit: Unit, agent: Agent, business: str) -> AccessRequest | None:
    """Return the agent's open request for the business."""
    rows = AccessRequest.objects.of(unit).filter(agent=agent, business=business, decided_at=None)
    return rows.first()
