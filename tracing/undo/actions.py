"""撤销: somebody asks for it; a worker does it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.log import writing
from tracing import tasks
from tracing.core import rights
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.undoable import require_undoable


def ask_for_undo(
    *, submission: Submission, agent: Agent, origin: Origin, work_elsewhere: bool = True
) -> None:
    """Have an upload undone. Saying it twice is the same as once.

    `work_elsewhere=False` leaves the work to the caller. Raises `Refused`, and nothing has changed.
    """
    rights.require_upload(submission.unit, agent, submission.record_code, origin)
    with transaction.atomic():
        locked = Submission.objects.of(submission.unit).select_for_update().get(pk=submission.pk)
        if locked.state in (SubmissionState.UNDOING, SubmissionState.UNDONE):
            return
        require_undoable(locked)
        locked.state = SubmissionState.UNDOING
        locked.undone_by = agent
        locked.queued_at = timezone.now()
        locked.attempts = 0
        locked.refusal_code, locked.refusal_detail = None, []
        locked.save(
            update_fields=[
                *("state", "undone_by", "queued_at", "attempts"),
                *("refusal_code", "refusal_detail"),
            ]
        )
        writing.record(
            "undo-requested",
            origin=origin.done_by(agent.account),
            unit=locked.unit,
            target=str(locked.pk),
            before={"record": locked.record_code, "rows": locked.accepted},
        )
        if work_elsewhere:
            tasks.nudge(tasks.work_on_submission, locked)
