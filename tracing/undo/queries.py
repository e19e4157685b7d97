"""What an undo would do, before anybody asks for it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tracing.uploads.models import Submission
from tracing.uploads.undo import kept, planned

# Of longer uploads nobody waits for each row to be looked at before they say yes.
MOST_PLANNED = 5_000


def plan(submission: Submission) -> dict[str, Any] | None:
    """What became of the rows of an upload, if it were undone now; None for a long one."""
    if submission.live_rows + submission.lost_rows > MOST_PLANNED:
        return None
    with transaction.atomic():
        return kept(planned(submission))
