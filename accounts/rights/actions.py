"""What granting, handing over, standing in and leaving have in common.

All of it happens under a lock on the unit's row: of two at once the second waits, then sees what
the first has done and is refused by name. What ends and what begins do so at one moment, taken
under the lock.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.agents.models import Agent, Membership
from accounts.core.actions import called
from accounts.core.kinds import kind_words
from accounts.core.models import Account
from accounts.core.origin import Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.businesses import BUSINESSES, SERVED
from accounts.rights.followers import Passing, follow
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused, refusal


def lock(unit: Unit) -> Unit:
    """Wait for whoever changes the unit or who may do what there; returns the unit as it is now.

    New rows that refer to the unit do not wait.
    """
    return Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def live(unit: Unit, business: str) -> Authorization:
    """Return the authorisation of the business. Raises Refused: business_free."""
    rows = Authorization.objects.of(unit).select_related("agent__account", "granted_by")
    row = rows.filter(business=business, revoked_at=None).first()
    if row is None:
        raise Refused("business_free", business=title_of(business))
    return row


def title_of(business: str) -> str:
    """The business in words; what was sent, where there is none."""
    return BUSINESSES[business].title if business in BUSINESSES else business


def stranger(unit: Unit, agent: Agent) -> list[Refusal]:
    """Return the refusal of an agent that is none of the unit's; nothing for a member."""
    if Membership.objects.of(unit).filter(agent=agent).exists():
        return []
    return [refusal("not_a_member", agent=called(agent), unit=unit.name)]


def not_of_unit(unit: Unit, business: str) -> list[Refusal]:
    """Return the refusal of a business that the unit cannot give to anyone; nothing otherwise."""
    if business not in SERVED:
        return [refusal("business_unknown", business=business)]
    served = SERVED[business]
    if served.kinds & unit.kinds:
        return []
    words = {"kinds": kind_words(served.kinds), "found": kind_words(unit.kinds)}
    return [refusal("business_not_of_unit", business=served.title, unit=unit.name, **words)]


def give(
    unit: Unit, agent: Agent, businesses: Collection[str], moment: datetime, by: Account | None
) -> None:
    """Give businesses that nobody holds; what the agent had asked for of them is answered."""
    Authorization.everything.bulk_create(
        Authorization(
            unit=unit,
            agent=agent,
            business=business,
            granted_at=moment,
            granted_by=by or unit.account,
        )
        for business in sorted(businesses)
    )
    asked = AccessRequest.objects.of(unit).filter(
        agent=agent, business__in=businesses, decided_at=None
    )
    for request in asked.order_by("pk"):
        answer(request, AccessRequest.Answer.GRANTED, moment)
        notify(agent.account, "access-granted", unit=unit.name, business=title_of(request.business))


def answer(request: AccessRequest, how: str, moment: datetime, note: str = "") -> None:
    """Close a request."""
    request.decided_at, request.answer, request.answer_note = moment, how, note
    request.save(update_fields=["decided_at", "answer", "answer_note"])


def end(
    rows: QuerySet[Authorization],
    unit: Unit,
    origin: Origin,
    moment: datetime,
    *,
    to: Agent | None = None,
) -> None:
    """End these live authorisations of the unit, and who stands in there, all at the moment.

    What lies with the holder, such as keys, passes on to `to`, or ends too. Nothing ends before it
    began, whatever the clocks say.
    """
    ended = dict(rows.filter(revoked_at=None).values_list("pk", "business"))
    end_stand_ins(StandIn.objects.of(unit).filter(authorization__in=ended), unit, origin, moment)
    follow(Passing(unit, frozenset(ended.values()), to, moment, origin))
    Authorization.objects.of(unit).filter(pk__in=ended).update(
        revoked_at=Greatest(F("granted_at"), Value(moment))
    )


def end_stand_ins(rows: QuerySet[StandIn], unit: Unit, origin: Origin, moment: datetime) -> None:
    """End those of the unit's stand-ins that run or would begin later; both people are told."""
    coming = rows.filter(ended_at=None, ends_at__gt=moment)
    people = coming.select_related("agent__account", "authorization__agent__account")
    for stand_in in people.order_by("pk"):
        business = stand_in.authorization.business
        stand_in.ended_at = max(stand_in.starts_at, moment)
        stand_in.save(update_fields=["ended_at"])
        record(
            "stand-in-ended",
            origin=origin,
            unit=unit,
            target=called(stand_in.agent),
            before=period(stand_in),
            after={"ends_at": stand_in.ended_at.isoformat()},
        )
        for agent in (stand_in.agent, stand_in.authorization.agent):
            notify(
                agent.account,
                "stand-in-ended",
                unit=unit.name,
                business=title_of(business),
                agent=stand_in.agent.name,
            )


def period(stand_in: StandIn) -> dict[str, object]:
    """A stand-in as the operation log keeps it."""
    return {
        "businesses": [stand_in.authorization.business],
        "holder": called(stand_in.authorization.agent),
        "starts_at": stand_in.starts_at.isoformat(),
        "ends_at": stand_in.ends_at.isoformat(),
    }


def let_go(unit: Unit, agent: Agent, *, origin: Origin) -> frozenset[str]:
    """Take from an agent all it has at the unit: what it holds, where it stands in, what it asks.

    For an agent who leaves; call it in the transaction that ends the membership, before that, and
    after `lock`. Returns the businesses that nobody holds now. Logs the stand-ins that end, not
    the leaving itself.
    """
    moment = timezone.now()
    held = Authorization.objects.of(unit).filter(agent=agent, revoked_at=None)
    businesses = frozenset(held.values_list("business", flat=True))
    end(held, unit, origin, moment)
    stands_in = StandIn.objects.of(unit).filter(agent=agent)
    end_stand_ins(stands_in, unit, origin, moment)
    # Those that ran out by themselves must let go of the membership too.
    stands_in.filter(ended_at=None).update(ended_at=F("ends_at"))
    for request in AccessRequest.objects.of(unit).filter(agent=agent, decided_at=None):
        answer(request, AccessRequest.Answer.WITHDRAWN, moment)
    if unit.contact_mobile == agent.mobile:
        # It recovers the unit's account. Only the unit can name another.
        notify(unit.account, "contact-left", agent=agent.name)
    return businesses
