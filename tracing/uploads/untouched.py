"""Whether all rows of a stored upload still are as it left them.

Rows that an upload wrote carry its id, and whoever changes one counts it as lost. Rows that it
found as it says them carry the id of an earlier upload: it rests on that one, and notes how many
rows that had lost by then. So the answer is read from a few rows, however long the file was. It may
be no where the change was to another row of the earlier upload; then the same file is checked and
stored once more, and changes nothing.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.db.models import Q

from tracing.stores.registry import store_of
from tracing.uploads.models import (
    COMING_IN,
    UNFINISHED,
    Round,
    Submission,
    SubmissionState,
    Terms,
)

# Rows of more uploads than these are not looked after: that file is checked again.
MOST_UPLOADS = 100


def same_bytes(submission: Submission, sha256: str) -> Submission | None:
    """The submission that these bytes led to, while it runs or waits for 确认, or while all its
    rows passed and still are as it left them; otherwise they are an upload like any other.

    Where rows failed, their cause may have been mended since, in another record or a setting. One
    that waits on other terms is none: who sends the file again means those of now. A correction
    has the terms of what it corrects. A program that only has its rows checked asks how they stand
    now, and nothing is stored twice of it.
    """
    if submission.check_only and submission.source == Submission.Source.API:
        return None
    terms = {f"submission__{name}": getattr(submission, name) for name in Terms._fields}
    settled = Q(submission__state=SubmissionState.STORED) | Q(number__gt=1)
    rounds = Round.objects.select_related("submission").filter(
        settled | Q(**terms),
        submission__state__in=[*UNFINISHED, SubmissionState.STORED],
        sha256=sha256,
        refusal_code__isnull=True,
        submission__unit=submission.unit_id,
        submission__record_code=submission.record_code,
        dropped_at__isnull=True,
    )
    for file in rounds.order_by("-pk"):
        if _stands(file):
            return file.submission
    return None


def _stands(file: Round) -> bool:
    """Whether nothing else could come of the bytes than what came or comes of the upload."""
    submission = file.submission
    if submission.state in COMING_IN:
        return True
    if submission.state == SubmissionState.STAGED:
        can_be_stored = submission.staged_rows and not submission.barred
        return bool(can_be_stored) or not submission.rejected
    return not submission.rejected and as_it_left_them(file)


def rests_on(submission: Submission, *, unchanged: int) -> dict[str, int] | None:
    """What the field of that name becomes, in the transaction that stores the staged rows.

    `unchanged` of them were stored by others already. Called while they are still staged.
    """
    before: dict[str, int] | None = submission.rests_on
    if not submission.stored_rounds:
        before = {}
    if not unchanged or before is None:
        return before
    target = store_of(submission.record_code).TARGET
    with connection.cursor() as cursor:
        cursor.execute(
            target.others_rows(limit=MOST_UPLOADS + 1),
            {"submission": submission.pk, "unit": submission.unit_id},
        )
        found: dict[str, int | None] = {str(upload): lost for upload, lost in cursor}
    known = {upload: lost for upload, lost in found.items() if lost is not None}
    # Rows that no upload wrote, such as those that staff moved, are counted by nobody.
    if len(known) < len(found) or len(known) > MOST_UPLOADS:
        return None
    return {**known, **before}


def as_it_left_them(file: Round) -> bool:
    """Whether the rows of a stored upload are as they were after this file of it.

    A correction speaks of rows that later corrections may have changed; only the last one stands.
    """
    submission = file.submission
    if submission.lost_rows or submission.rests_on is None:
        return False
    later = submission.files.filter(
        number__gt=file.number, refusal_code__isnull=True, dropped_at__isnull=True
    )
    if file.number > 1 and later.exists():
        return False
    rests: dict[str, Any] = submission.rests_on
    uploads = Submission.everything.filter(pk__in=map(uuid.UUID, rests))
    now = {str(pk): lost for pk, lost in uploads.values_list("pk", "lost_rows")}
    return now == rests
