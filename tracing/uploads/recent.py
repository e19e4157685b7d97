"""最近上传: the way back to an upload whose dialog was closed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from accounts.units.models import Unit
from tracing.uploads.desks import Desk
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.outcome import all_failed, state_words
from tracing.uploads.queries import all_files, latest_submissions

TONES = {
    SubmissionState.RECEIVED: "busy",
    SubmissionState.CHECKING: "busy",
    SubmissionState.STAGED: "warn",
    SubmissionState.STORING: "busy",
    SubmissionState.STORED: "good",
    SubmissionState.REFUSED: "bad",
    SubmissionState.DROPPED: "",
    SubmissionState.UNDOING: "busy",
    SubmissionState.UNDONE: "",
}


class UploadLine(NamedTuple):
    """One upload; `tone` is the colour of its state."""

    received_at: datetime
    title: str
    file: str
    state: str
    tone: str
    total: int | None
    accepted: int | None
    rejected: int | None
    address: str


def lines(unit: Unit, desk: Desk, tab: str) -> list[UploadLine]:
    """The latest uploads at a desk, of what one of its tabs lists."""
    latest = latest_submissions(unit, desk.offered_at(tab))
    return [_line(desk, unit.slug, submission) for submission in latest]


def tone(submission: Submission) -> str:
    """The colour of how an upload stands."""
    return "bad" if all_failed(submission) else TONES[SubmissionState(submission.state)]


def _line(desk: Desk, slug: str, submission: Submission) -> UploadLine:
    return UploadLine(
        submission.received_at,
        f"{submission.record.title}上传",
        all_files(submission)[0].name,
        state_words(submission),
        tone(submission),
        submission.total,
        submission.accepted,
        submission.rejected,
        desk.address("submission", slug, submission.pk),
    )
