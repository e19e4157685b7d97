"""Background work. A message only wakes a worker, which chooses the row whose turn it is.

The queue of each stands in portal/celery.py.
"""

from __future__ import annotations

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone

from portal.lib.schema import in_sandbox
from tracing import stray_files
from tracing.api import remembered
from tracing.exports import turn as exports
from tracing.jobs.models import Leased
from tracing.jobs.turns import waits
from tracing.removals import job as removals
from tracing.sandbox import schemas
from tracing.uploads import leftovers
from tracing.uploads import sweep as submissions
from tracing.uploads.turn import IMPORTS, work_in_turn

# Until the sweep comes again: what it sends must not pile up behind busy workers.
SWEPT_SECONDS = 30


@shared_task
def work_on_submission(*_named: str) -> None:
    """Check or store the upload whose turn it is. Messages of the version before named one."""
    work_in_turn()
    # The message of one that had to wait may have come while it could not be taken up.
    if waits(IMPORTS):
        work_on_submission.delay()


@shared_task
def build_export(*_named: str) -> None:
    """Make the file of the export whose turn it is. Messages of the version before named one."""
    exports.build_in_turn()
    if waits(exports.EXPORTS):
        build_export.delay()


@shared_task
def remove_batch() -> None:
    """Remove the batch whose turn it is."""
    removals.remove_in_turn()
    if waits(removals.REMOVALS):
        remove_batch.delay()


def nudge(task: Task[..., None], row: Leased) -> None:
    """Hand a row to the workers, and wake one when the transaction has been committed.

    The row is the truth: a lost message is made good by `sweep`. So a broker that does not
    answer is logged, and what was committed stays done for whoever asked.
    """

    if in_sandbox():
        # Workers see no row of the sandbox: what is asked there is done at once or not at all.
        return

    def send() -> None:
        task.delay()

    type(row)._base_manager.filter(pk=row.pk).update(nudged_at=timezone.now())
    transaction.on_commit(send, robust=True)


@shared_task
def sweep() -> None:
    """Wake workers for what waits, and drop what nobody confirmed or fetched in time."""
    _wake(work_on_submission, min(len(submissions.abandoned()), IMPORTS.workers()))
    _wake(build_export, min(len(exports.abandoned()), exports.EXPORTS.workers()))
    _wake(remove_batch, min(len(removals.abandoned()), 1))
    submissions.drop_expired()
    exports.expire()


def _wake(task: Task[..., None], workers: int) -> None:
    for _ in range(workers):
        task.apply_async(expires=SWEPT_SECONDS)


@shared_task
def clear_sandboxes() -> None:
    """Remove what units tried today."""
    schemas.drop_all()


@shared_task
def clear_files() -> None:
    """Remove the files of uploads that came to nothing, those that no row names, notes of rows that
    were said again, and what calls were answered a day ago."""
    leftovers.remove_files()
    leftovers.forget_repeated()
    remembered.forget()
    stray_files.remove_strays()
