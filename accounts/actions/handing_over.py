"""转授权: a business goes from one agent to another in one step."""

from django.db import transaction
from django.utils import timezone

from accounts.actions.authorising import end, give, live, lock, not_of_unit, stranger, title_of
from accounts.actions.words import called
from accounts.log import record
from accounts.models import Account, Agent, Authorization, Unit
from accounts.notices import notify
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refused, refusal


@transaction.atomic
def hand_over(
    unit: Unit,
    business: str,
    *,
    holder_id: int,
    to: Agent,
    by: Account | None = None,
    origin: Origin = COMMAND,
) -> None:
    """Take a business from its holder and give it to another agent, at one moment.

    `holder_id` is the agent who holds it as far as the caller knows.

    Whoever looks sees the one or the other, never both and never nobody. Stand-ins in the holder's
    place end; unfinished jobs belong to the business and go on. Both agents are told. Raises
    Refused: business_unknown, business_not_of_unit, not_a_member, business_free, holder_changed,
    holds_already.
    """
    lock(unit)
    if problems := [*not_of_unit(unit, business), *stranger(unit, to)]:
        raise Refused(*problems)
    row, title = live(unit, business), title_of(business)
    if row.agent == to:
        raise Refused(refusal("holds_already", agent=called(to), business=title))
    if row.agent_id != holder_id:
        raise Refused(refusal("holder_changed", business=title, holder=called(row.agent)))
    moment = max(timezone.now(), row.granted_at)
    end(Authorization.objects.of(unit).filter(pk=row.pk), unit, by, origin, moment)
    give(unit, to, [business], moment, by)
    record(
        "business-handed-over",
        by=by,
        origin=origin,
        unit=unit,
        target=title,
        before={"holder": called(row.agent)},
        after={"holder": called(to)},
    )
    said = {"unit": unit.name, "business": title}
    notify(row.agent.account, "business-handed-on", agent=to.name, **said)
    notify(to.account, "business-handed-to", agent=row.agent.name, **said)
