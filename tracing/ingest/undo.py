"""Taking back what a submission staged: by 取消, or because nobody confirmed it in time."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from tracing.ingest.rejected import failing
from tracing.models import RejectedRow, Submission, SubmissionState, staging_table


def forget_unstored(submission: Submission) -> None:
    """staged → dropped, or back to stored if an earlier round is. In the caller's transaction,
    which holds the row's lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {staging_table(submission.record)} WHERE submission_id = %s",
            [submission.pk],
        )
    submission.staged_rows = 0
    if submission.stored_rounds:
        RejectedRow.objects.filter(
            submission=submission, mended_in__gt=submission.stored_rounds
        ).update(mended_in=None)
        submission.rejected = failing(submission.pk)
        submission.accepted = (submission.total or 0) - submission.rejected
        submission.stored_rounds = submission.checked_rounds
        submission.state = SubmissionState.STORED
    else:
        submission.state = SubmissionState.DROPPED
        submission.dropped_at = timezone.now()
    submission.save(
        update_fields=[
            "staged_rows",
            "rejected",
            "accepted",
            "stored_rounds",
            "state",
            "dropped_at",
        ]
    )
