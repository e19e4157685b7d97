"""删除整批: somebody asks for it; a small batch goes at once, a large one by a worker."""

from __future__ import annotations

from django.db import transaction

from accounts.agents.models import Agent
from accounts.core.columns import REASON_LENGTH
from accounts.core.origin import Origin
from accounts.log import writing
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing import tasks
from tracing.core import rights
from tracing.removals import job
from tracing.removals.models import BatchRemoval, RemovalState
from tracing.stores.advisory_locks import Lock, take
from tracing.stores.row_key import Key
from tracing.stores.whole_batches import codes_in
from tracing.uploads import row_keys


def remove_batch(
    *, unit: Unit, agent: Agent, record_code: str, key: Key, reason: str, origin: Origin
) -> BatchRemoval:
    """Have a batch or a consumable removed with its codes; returns how that stands. One that is
    being removed already is not asked for twice. Raises `Refused`, and nothing has changed.
    """
    rights.require_upload(unit, agent, record_code)
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise Refused("reason_missing", limit=str(REASON_LENGTH))
    written = row_keys.written(key)
    with transaction.atomic():
        take(Lock.REMOVAL, f"{unit.pk} {written}")
        queued = BatchRemoval.objects.of(unit).filter(key=written, state=RemovalState.QUEUED)
        if running := queued.first():
            return running
        removal = BatchRemoval.objects.create(
            unit=unit,
            agent=agent,
            record_code=record_code,
            key=written,
            reason=reason,
            codes=codes_in(record_code, unit.pk, key),
        )
        writing.record(
            "batch-removal-requested",
            origin=origin.done_by(agent.account),
            unit=unit,
            target=" ".join(key),
            after={"record": record_code, "reason": reason, "code_count": removal.codes},
        )
        large = job.is_large(removal.codes)
        if large:
            tasks.nudge(tasks.remove_batch, removal)
    if not large:
        job.run(removal.pk)
        removal.refresh_from_db()
        if refusal := removal.refusal:
            raise Refused.of(refusal)
    return removal
