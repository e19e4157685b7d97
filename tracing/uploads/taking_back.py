"""Taking back what a submission staged: by 取消, because nobody confirmed it in time, or because
the staging table was lost and the files are checked again."""

from __future__ import annotations

from django.utils import timezone

from tracing.uploads import remarks
from tracing.uploads.models import RejectedRow, Submission, SubmissionState
from tracing.uploads.rejected import failing, unstage_all


def unstage_rounds(submission: Submission) -> list[str]:
    """Forget what the rounds that are not stored did: their rows are staged no longer, those they
    mended fail again. Sets the counts on `submission` and returns their names, unsaved.
    """
    unstage_all(submission)
    RejectedRow.objects.filter(
        submission=submission, mended_in__gt=submission.stored_rounds
    ).update(mended_in=None)
    submission.staged_rows, submission.preview = 0, None
    if submission.total is None or not submission.stored_rounds:
        return ["staged_rows", "preview"]
    submission.rejected = failing(submission.pk)
    submission.accepted = submission.total - submission.rejected
    return ["staged_rows", "preview", "rejected", "accepted"]


def forget_unstored(submission: Submission) -> None:
    """staged → dropped. If an earlier round is stored: back to checking, which has nothing left
    to do but the report, and then to stored. In the caller's transaction, which holds the row's
    lock.
    """
    changed = unstage_rounds(submission)
    now = timezone.now()
    submission.files.filter(number__gt=submission.stored_rounds).update(dropped_at=now)
    if submission.stored_rounds:
        for name, value in remarks.summed(submission, rounds=submission.rounds).items():
            setattr(submission, name, value)
            changed.append(name)
        submission.stored_rounds = submission.checked_rounds
        submission.state = SubmissionState.CHECKING
        submission.queued_at = now
        changed += ["stored_rounds", "queued_at"]
    else:
        submission.state = SubmissionState.DROPPED
        submission.dropped_at = now
        changed.append("dropped_at")
    submission.save(update_fields=[*changed, "state"])
