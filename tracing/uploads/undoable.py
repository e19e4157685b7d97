"""Which uploads can be undone."""

from __future__ import annotations

from django.utils import timezone

from portal.lib.refused import Refused
from tracing.stores.target import UNDOABLE_FOR
from tracing.uploads.models import Submission, SubmissionState

HOURS = round(UNDOABLE_FOR.total_seconds()) // 3600


def require_undoable(submission: Submission) -> None:
    """Raise `Refused` for an upload that cannot be undone now."""
    if submission.state != SubmissionState.STORED:
        state = str(SubmissionState(submission.state).label)
        raise Refused("undo_not_stored", state=state)
    until = submission.undoable_until
    if until is None or until < timezone.now():
        raise Refused("undo_too_late", hours=str(HOURS))


def is_undoable(submission: Submission) -> bool:
    """Whether it can."""
    try:
        require_undoable(submission)
    except Refused:
        return False
    return True
