"""Background work. A task takes ids, finds the row, and does nothing if another has it."""

from __future__ import annotations

import uuid

from celery import shared_task

from tracing.ingest import sweep
from tracing.ingest.runner import work


@shared_task(queue="imports")
def work_on_submission(submission_id: str) -> None:
    """Check or store an upload, whichever it waits for."""
    work(uuid.UUID(submission_id))


@shared_task(queue="quick")
def sweep_submissions() -> None:
    """Send again what no living runner holds, and drop what nobody confirmed."""
    for submission_id in sweep.abandoned():
        work_on_submission.delay(str(submission_id))
    sweep.drop_expired()
