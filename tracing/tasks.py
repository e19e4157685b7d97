"""Background work. A task takes ids, finds the row, and does nothing if another has it.

The queue of each stands in portal/celery.py.
"""

from __future__ import annotations

import uuid

from celery import Task, shared_task
from django.db import transaction

from tracing.exports import build
from tracing.exports import sweep as exports
from tracing.ingest import sweep as submissions
from tracing.ingest.runner import work


@shared_task
def work_on_submission(submission_id: str) -> None:
    """Check or store an upload, whichever it waits for."""
    work(uuid.UUID(submission_id))


@shared_task
def build_export(export_id: str) -> None:
    """Make the file of an export."""
    build.run(uuid.UUID(export_id))


def nudge(task: Task[[str], None], row_id: uuid.UUID) -> None:
    """Send `task` about a row when the transaction has been committed.

    The row is the truth: a lost message is made good by `sweep`. So a broker that does not
    answer is logged, and what was committed stays done for whoever asked.
    """

    def send() -> None:
        task.delay(str(row_id))

    transaction.on_commit(send, robust=True)


@shared_task
def sweep() -> None:
    """Send again what no living runner holds, and drop what nobody confirmed or fetched in time."""
    for submission_id in submissions.abandoned():
        work_on_submission.delay(str(submission_id))
    for export_id in exports.abandoned():
        build_export.delay(str(export_id))
    submissions.drop_expired()
    exports.expire()
