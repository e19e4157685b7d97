"""Showing an identity number to somebody who says why, and noting that."""

from django.db import transaction

from accounts.agents.identity import tidy_id_number
from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.columns import REASON_LENGTH
from accounts.core.limits import HOUR, Limit, spend
from accounts.core.origin import Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.units.models import Unit
from portal.lib.clock import to_minute
from portal.lib.refused import Refused

# How many numbers one account is shown; a unit that checks all its people needs several days.
PER_HOUR = 20


def reveal_id_number(agent: Agent, reason: str, *, origin: Origin, unit: Unit | None = None) -> str:
    """Return the agent's whole identity number. Log that it was shown, to whom and why.

    `unit` is None for staff. The agent is told by whom and why, but not the log or anybody else
    the number. Raises Refused: show_reason_missing, text_too_long, show_reason_tells,
    shows_too_many, id_number_unknown.
    """
    reason = reason.strip()
    _check(agent, reason)
    limit = Limit("identity-shown", str(origin.doer.pk), PER_HOUR, HOUR)
    spend("shows_too_many", limit, times=str(PER_HOUR))
    with transaction.atomic():
        entry = record(
            "identity-shown",
            origin=origin,
            unit=unit,
            target=called(agent),
            after={"reason": reason},
        )
        asker = unit.name if unit else "平台工作人员"
        notify(agent.account, "identity-shown", asker=asker, at=to_minute(entry.at), reason=reason)
    return agent.id_number


def _check(agent: Agent, reason: str) -> None:
    if not reason:
        raise Refused("show_reason_missing")
    if len(reason) > REASON_LENGTH:
        most = str(REASON_LENGTH)
        raise Refused("text_too_long", length=str(len(reason)), most=most)
    if not agent.id_number:
        raise Refused("id_number_unknown", agent=called(agent))
    # The reason goes to the log and to a notice, where neither number may stand.
    tidy = "".join(filter(str.isalnum, tidy_id_number(reason)))
    if agent.id_number in tidy or agent.mobile in tidy:
        raise Refused("show_reason_tells")
