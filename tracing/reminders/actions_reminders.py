"""不再提醒 and 恢复提醒.

As in `tracing.uploads.actions`: atomic, logged, refusals change nothing.
"""

from __future__ import annotations

from django.db import transaction

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.core.reasons import short_reason
from accounts.log import writing
from accounts.units.models import Unit
from portal.lib.clock import local_today
from portal.lib.refused import Refused
from tracing.core import rights
from tracing.reminders.models import Silence
from tracing.reminders.queries_reminders import reminders


def silence(
    *,
    unit: Unit,
    agent: Agent,
    business: str,
    record_code: str,
    batch: str,
    reason: str,
    origin: Origin,
) -> None:
    """不再提醒: of a record that the unit owes of a batch, for a reason.

    Raises Refused: silence_reason_missing, reminder_unknown for what the unit is not reminded of,
    or without the business.
    """
    rights.require(unit, agent, business)
    reason = short_reason(reason, "silence_reason_missing")
    if not is_owed(unit, business, record_code, batch):
        raise Refused("reminder_unknown", batch=batch)
    with transaction.atomic():
        _, created = Silence.objects.of(unit).get_or_create(
            unit=unit,
            record_code=record_code,
            batch=batch,
            defaults={"agent": agent, "reason": reason},
        )
        if created:
            writing.record(
                "reminder-silenced",
                origin=origin.done_by(agent.account),
                unit=unit,
                target=batch,
                after={"record": record_code, "reason": reason},
            )


def restore(
    *, unit: Unit, agent: Agent, business: str, record_code: str, batch: str, origin: Origin
) -> bool:
    """恢复提醒; False where it was not silenced. Raises Refused without the business."""
    rights.require(unit, agent, business)
    with transaction.atomic():
        found = Silence.objects.of(unit).filter(record_code=record_code, batch=batch)
        removed, _ = found.delete()
        if removed:
            writing.record(
                "reminder-restored",
                origin=origin.done_by(agent.account),
                unit=unit,
                target=batch,
                after={"record": record_code},
            )
    return bool(removed)


def is_owed(unit: Unit, business: str, record_code: str, batch: str) -> bool:
    """Whether the unit is reminded today of a record of a batch."""
    return any(
        reminder.duty.record == record_code and owing.batch == batch
        for reminder in reminders(unit, business, local_today())
        for owing in reminder.batches
    )
