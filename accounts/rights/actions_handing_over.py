"""转授权 and 临时代办: a business goes on to another agent, for good or for a time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import (
    end,
    end_stand_ins,
    give,
    live,
    lock,
    not_of_unit,
    period,
    stranger,
    title_of,
)
from accounts.rights.models import Authorization, StandIn
from accounts.units.models import Unit
from portal.lib.clock import to_minute
from portal.lib.refused import Refusal, Refused, refusal


@transaction.atomic
def hand_over(
    unit: Unit, business: str, *, holder_id: int, to: Agent, origin: Origin = COMMAND
) -> None:
    """Take a business from its holder and give it to another agent, at one moment.

    `holder_id` is the agent who holds it as far as the caller knows.

    Whoever looks sees the one or the other, never both and never nobody. Stand-ins in the holder's
    place end; unfinished jobs and keys belong to the business and go on. Both agents are told.
    Raises Refused: business_unknown, business_not_of_unit, not_a_member, business_free,
    holder_changed, holds_already.
    """
    lock(unit)
    if problems := [*not_of_unit(unit, business), *stranger(unit, to)]:
        raise Refused.of(*problems)
    row, title = live(unit, business), title_of(business)
    if row.agent == to:
        raise Refused("holds_already", agent=called(to), business=title)
    if row.agent_id != holder_id:
        raise Refused("holder_changed", business=title, holder=called(row.agent))
    moment = max(timezone.now(), row.granted_at)
    end(Authorization.objects.of(unit).filter(pk=row.pk), unit, origin, moment, to=to)
    give(unit, to, [business], moment, origin.by)
    record(
        "business-handed-over",
        origin=origin,
        unit=unit,
        target=title,
        before={"holder": called(row.agent)},
        after={"holder": called(to)},
    )
    said = {"unit": unit.name, "business": title}
    notify(row.agent.account, "business-handed-on", agent=to.name, **said)
    notify(to.account, "business-handed-to", agent=row.agent.name, **said)


MOST_DAYS, LATEST_DAYS = 90, 365


@transaction.atomic
def stand_in(
    unit: Unit,
    business: str,
    agent: Agent,
    *,
    holder_id: int,
    ends_at: datetime,
    starts_at: datetime | None = None,
    origin: Origin = COMMAND,
) -> StandIn:
    """Put the agent in the place of the holder of a business, whose own right rests meanwhile.

    `holder_id` is the agent who holds it as far as the caller knows. Without `starts_at`, or with
    one that has passed, it begins now. Raises Refused: business_unknown, business_not_of_unit,
    not_a_member, business_free, holder_changed, stand_in_is_holder, stand_in_ends_early,
    stand_in_too_long, stand_in_too_late, stand_in_overlaps.
    """
    lock(unit)
    if problems := [*not_of_unit(unit, business), *stranger(unit, agent)]:
        raise Refused.of(*problems)
    row = live(unit, business)
    now = max(timezone.now(), row.granted_at)
    starts = max(starts_at or now, now)
    problems = _wrong_people(row, agent, holder_id) or _wrong_period(row, now, starts, ends_at)
    if problems:
        raise Refused.of(*problems)
    made = StandIn.everything.create(
        unit=unit,
        authorization=row,
        agent=agent,
        starts_at=starts,
        ends_at=ends_at,
        made_by=origin.by or unit.account,
    )
    after = period(made)
    record("stand-in-set", origin=origin, unit=unit, target=called(agent), after=after)
    _tell(made)
    return made


@transaction.atomic
def end_stand_in(unit: Unit, stand_in_id: int, *, origin: Origin = COMMAND) -> None:
    """End one that runs or would begin later; the holder's right is back at once.

    Raises Refused: stand_in_over. It does not tell a stand-in that is over from none.
    """
    lock(unit)
    now = timezone.now()
    rows = StandIn.objects.of(unit).filter(pk=stand_in_id, ended_at=None, ends_at__gt=now)
    if not rows.exists():
        raise Refused("stand_in_over")
    end_stand_ins(rows, unit, origin, now)


def _tell(made: StandIn) -> None:
    """Tell both agents."""
    agent, holder = made.agent, made.authorization.agent
    said = {
        "unit": made.unit.name,
        "business": title_of(made.authorization.business),
        "starts": to_minute(made.starts_at),
        "until": to_minute(made.ends_at),
    }
    notify(agent.account, "stand-in-given", agent=holder.name, **said)
    notify(holder.account, "stand-in-taken", agent=agent.name, **said)


def _wrong_people(row: Authorization, agent: Agent, holder_id: int) -> list[Refusal]:
    title = title_of(row.business)
    if row.agent_id != holder_id:
        return [refusal("holder_changed", business=title, holder=called(row.agent))]
    if agent == row.agent:
        return [refusal("stand_in_is_holder", business=title, agent=called(agent))]
    return []


def _wrong_period(
    row: Authorization, now: datetime, starts: datetime, ends: datetime
) -> list[Refusal]:
    if ends <= starts:
        return [refusal("stand_in_ends_early", ends=to_minute(ends), starts=to_minute(starts))]
    if ends - starts > timedelta(days=MOST_DAYS):
        return [refusal("stand_in_too_long", days=str(MOST_DAYS))]
    if starts - now > timedelta(days=LATEST_DAYS):
        return [refusal("stand_in_too_late", starts=to_minute(starts), days=str(LATEST_DAYS))]
    others = row.stand_ins.filter(starts_at__lt=ends, ends_at__gt=starts)
    other = others.filter(Q(ended_at=None) | Q(ended_at__gt=starts)).order_by("starts_at").first()
    if other is None:
        return []
    return [
        refusal(
            "stand_in_overlaps",
            business=title_of(row.business),
            agent=called(other.agent),
            starts=to_minute(other.starts_at),
            ends=to_minute(other.ends_at),
        )
    ]
