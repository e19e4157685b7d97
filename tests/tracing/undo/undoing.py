"""Uploading, confirming and undoing in this process, without a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from accounts.core.origin import COMMAND
from tests.people import Side
from tests.tracing.uploads.rows import workbook
from tests.tracing.uploads.uploads import confirm, upload
from tracing.undo.actions import ask_for_undo
from tracing.uploads.models import Submission
from tracing.uploads.turn import check_and_store


def store(who: Side, record: str, rows: list[dict[str, Any]], path: Path) -> Submission:
    """Upload and confirm rows."""
    return confirm(upload(*who, record, workbook(path, record, rows)))


def ask(submission: Submission) -> None:
    """撤销, before any worker."""
    ask_for_undo(
        submission=submission, agent=submission.agent, origin=COMMAND, work_elsewhere=False
    )


def undo(submission: Submission) -> Submission:
    """撤销, and what a worker then does."""
    ask(submission)
    check_and_store(submission.pk)
    return Submission.everything.get(pk=submission.pk)
