"""What people change of themselves: an agent its data, a unit its contact number."""

from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.agents.actions import Reach
from accounts.agents.identity import id_end_problem, id_number_problem, tidy_id_number
from accounts.agents.models import Agent
from accounts.core.actions import called, store_changes
from accounts.core.names import AccountKind, is_name, mask_mobile
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.notices import notify
from accounts.rights.actions import lock
from accounts.units.models import Unit
from portal.lib.clock import to_second
from portal.lib.refused import Refused


class IdDocument(NamedTuple):
    """An identity document; the names are those of the model Agent."""

    id_type: str
    id_number: str
    id_valid_until: date | None = None
    id_valid_for_ever: bool = False


@transaction.atomic
def change_contact_mobile(unit: Unit, mobile: str, *, origin: Origin = COMMAND) -> None:
    """Let `mobile`, canonical and proven by SMS, recover the unit's account from now on.

    Raises Refused: mobile_invalid, contact_same, account_closed.
    """
    if not is_name(AccountKind.AGENT, mobile):
        raise Refused("mobile_invalid", mobile=mobile)
    row = lock(unit)
    if row.closed_at is not None:
        raise Refused("account_closed")
    if row.contact_mobile == mobile:
        raise Refused("contact_same")
    masked = [mask_mobile(number) if number else "" for number in (row.contact_mobile, mobile)]
    row.contact_mobile = mobile
    row.save(update_fields=["contact_mobile"])
    record(
        "contact-changed",
        origin=origin,
        unit=unit,
        target=unit.name,
        before={"contact_mobile": masked[0]},
        after={"contact_mobile": masked[1]},
    )
    at = to_second(timezone.now())
    notify(unit.account, "contact-changed", at=at, before=masked[0] or "无", after=masked[1])


@transaction.atomic
def change_own_reach(agent: Agent, reach: Reach, *, origin: Origin = COMMAND) -> None:
    """Change how an agent says it is reached; what the units keep stays theirs."""
    row = Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    _change(row, reach._asdict(), "person-changed", origin)


@transaction.atomic
def renew_document(agent: Agent, document: IdDocument, *, origin: Origin = COMMAND) -> None:
    """Store another document of the agent, or another end of the same. Raises Refused: id_*."""
    tidy = document._replace(id_number=tidy_id_number(document.id_number))
    found = [
        id_number_problem(tidy.id_type, tidy.id_number),
        id_end_problem(tidy.id_valid_until, tidy.id_valid_for_ever, timezone.localdate()),
    ]
    if problems := [problem for problem in found if problem]:
        raise Refused.of(*problems)
    row = Agent.objects.select_for_update(no_key=True).get(pk=agent.pk)
    _change(row, tidy._asdict(), "document-renewed", origin)


def _change(row: Agent, values: dict[str, object], what: str, origin: Origin) -> None:
    """Store what differs. The log keeps which of it changed, not the data."""
    if changed := store_changes(row, values):
        record(
            what, origin=origin.done_by(row.account), target=called(row), after={"fields": changed}
        )
