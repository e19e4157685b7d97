"""Background work. A task takes ids, finds the row, and does nothing if another has it.

The queue of each stands in portal/celery.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from celery import Task, shared_task
from django.db import models, transaction
from django.utils import timezone

from tracing.exports import build
from tracing.exports import sweep as exports
from tracing.ingest import leftovers, strays
from tracing.ingest import sweep as submissions
from tracing.ingest.runner import work
from tracing.models import Export, Submission


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
    _send_again(work_on_submission, Submission.everything, submissions.abandoned())
    _send_again(build_export, Export.everything, exports.abandoned())
    submissions.drop_expired()
    exports.expire()


def _send_again(
    task: Task[[str], None], rows: models.Manager[Any], row_ids: Sequence[uuid.UUID]
) -> None:
    """Send, then note it: what was sent twice does no harm, what was noted and not sent would.

    The time is taken before: a row that is queued anew meanwhile counts as not sent again.
    """
    now = timezone.now()
    for row_id in row_ids:
        task.delay(str(row_id))
    rows.filter(pk__in=row_ids).update(nudged_at=now)


@shared_task
def clear_files() -> None:
    """Remove the files of uploads that came to nothing, and those that no row names."""
    leftovers.remove_files()
    strays.remove_strays()
