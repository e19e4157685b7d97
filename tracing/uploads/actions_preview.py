"""The preview of an upload that waits is looked at again once it may have aged, and with it what
was remarked of batches that were not there.

It is no datum of the unit's, only what its rows and the stored ones say, so the log says nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts.log.models import OperationLog
from tracing.jobs.patience import limit_statements
from tracing.stores import staged_copy
from tracing.stores.models_staging import staging_table
from tracing.uploads import preview, remarks, row_results
from tracing.uploads.database_check import ask_again
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.rejected import staged_rows
from tracing.uploads.row_operations import changing_rows

# Somebody waits for the page. Past this the preview stays as it was, with its time.
SECONDS = 5
# An entry is written shortly before its change can be seen.
COMMITTING = timedelta(seconds=5)
logger = logging.getLogger(__name__)


def look_again(submission: Submission) -> Submission:
    """The upload, with its preview made anew where rows of its unit changed since it was made."""
    if submission.state != SubmissionState.STAGED or not submission.staged_rows:
        return submission
    if submission.preview and not _changed_since(submission, _looked_at(submission.preview)):
        return submission
    rows = Submission.objects.of(submission.unit)
    with transaction.atomic():
        # Whoever else looks at it now does the same, and 确认 makes it void.
        locked = rows.select_for_update(skip_locked=True).filter(
            pk=submission.pk, state=SubmissionState.STAGED
        )
        found = locked.first()
        if found is not None:
            found.preview = _anew(found)
            changes = {
                "preview": found.preview,
                **remarks.summed(found, rounds=found.checked_rounds),
            }
            rows.filter(pk=found.pk).update(**changes)
            for name, value in changes.items():
                setattr(submission, name, value)
    return submission


def _looked_at(kept: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(kept.get("tried", kept["at"]))


def _changed_since(submission: Submission, at: datetime) -> bool:
    """Whether the log says that rows under its keys may have changed: a few entries by index."""
    entries = OperationLog.objects.of(submission.unit).filter(at__gte=at - COMMITTING)
    return entries.filter(changing_rows(submission.record_code)).exists()


def _anew(submission: Submission) -> dict[str, Any] | None:
    """The preview as of now; the one before where that takes too long, or staged rows are gone."""
    before: dict[str, Any] | None = submission.preview
    try:
        with transaction.atomic():
            limit_statements(SECONDS)
            if staged_rows(submission) != submission.staged_rows:
                return before
            staged_copy.take(staging_table(submission.record), submission.pk)
            again = ask_again(submission)
            remarks.say_anew(submission, again)
            row_results.say_anew(submission, again)
            row_results.foresee_anew(submission)
            return preview.foresee(submission, none_known=False)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        logger.warning("the preview of %s took longer than %s s", submission.pk, SECONDS)
        return before and {**before, "tried": timezone.now().isoformat()}
