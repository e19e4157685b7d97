"""Finding what a crash or a lost message left behind."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.core.origin import COMMAND
from accounts.log import writing
from tracing.jobs.turns import waiting_rows
from tracing.uploads import told
from tracing.uploads.models import Submission
from tracing.uploads.taking_back import forget_unstored
from tracing.uploads.turn import IMPORTS
from tracing.uploads.unconfirmed import expired


def abandoned() -> list[uuid.UUID]:
    """Submissions that wait for a worker, and that no living runner holds."""
    return list(waiting_rows(IMPORTS).values_list("pk", flat=True))


def drop_expired() -> int:
    """Drop checked uploads that nobody confirmed in time; returns how many."""
    waiting = Submission.everything.filter(expired())
    count = 0
    for submission_id in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            submission = waiting.select_for_update().filter(pk=submission_id).first()
            if submission is not None:
                _drop(submission)
                count += 1
    return count


def _drop(submission: Submission) -> None:
    """Take one back, and say in its unit's log that nobody did it but time."""
    before = {"record": submission.record_code, "rows": submission.staged_rows}
    forget_unstored(submission)
    if not submission.stored_rounds:
        told.tell_upload(submission, "expired")
    writing.record(
        "submission-expired",
        origin=COMMAND,
        unit=submission.unit,
        target=str(submission.pk),
        before=before,
    )
