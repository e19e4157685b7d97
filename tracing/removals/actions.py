"""删除整批: somebody asks for it; a small batch goes at once, a large one by a worker."""

from __future__ import annotations

from functools import partial

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.core.reasons import short_reason
from accounts.log import writing
from accounts.units.models import Unit
from tracing import tasks
from tracing.core import rights
from tracing.core.advisory_locks import Lock, take
from tracing.jobs.patience import patiently
from tracing.removals import job
from tracing.removals.models import BatchRemoval, RemovalState
from tracing.stores.row_key import Key
from tracing.stores.whole_batches import codes_in
from tracing.uploads import row_keys


def remove_batch(
    *, unit: Unit, agent: Agent, record_code: str, key: Key, reason: str, origin: Origin
) -> BatchRemoval:
    """Have a batch or a consumable removed with its codes; returns how that stands. One that is
    being removed already is not asked for twice. Raises `Refused`, and nothing has changed: a small
    one is asked for and gone in one transaction, so that whoever is told that it failed finds it.
    """
    rights.require_upload(unit, agent, record_code, origin)
    reason = short_reason(reason, "reason_missing")
    wanted = partial(
        BatchRemoval,
        unit=unit,
        agent=agent,
        record_code=record_code,
        key=row_keys.written(key),
        reason=reason,
    )
    # A second try begins with a new one.
    return patiently(lambda: _asked(wanted(), key, origin), "removal_too_slow")


def _asked(removal: BatchRemoval, key: Key, origin: Origin) -> BatchRemoval:
    """Remove it, or leave it to a worker, in the caller's transaction."""
    unit = removal.unit
    take(Lock.REMOVAL, f"{unit.pk} {removal.key}")
    queued = BatchRemoval.objects.of(unit).filter(key=removal.key, state=RemovalState.QUEUED)
    if running := queued.first():
        return running
    removal.codes = codes_in(removal.record_code, unit.pk, key)
    writing.record(
        "batch-removal-requested",
        origin=origin.done_by(removal.agent.account),
        unit=unit,
        target=" ".join(key),
        after={
            "record": removal.record_code,
            "reason": removal.reason,
            "code_count": removal.codes,
        },
    )
    if job.is_large(removal.codes):
        removal.save(force_insert=True)
        tasks.nudge(tasks.remove_batch, removal)
    else:
        job.remove(removal)
        removal.save(force_insert=True)
    return removal
