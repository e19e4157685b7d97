"""Rounds of a submission: where to begin checking, and corrected error workbooks."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from tracing.ingest.read import Refused, Sheet
from tracing.ingest.rejected import staged_rows
from tracing.ingest.undo import take_back
from tracing.ingest.work import still_mine
from tracing.models import RejectedRow, Round, Submission, SubmissionState

OPEN_FOR_CORRECTION = (SubmissionState.STAGED, SubmissionState.STORED)
CLOSED = (SubmissionState.REFUSED, SubmissionState.DROPPED)


def first_unchecked(submission: Submission, token: uuid.UUID) -> int:
    """The number of the round to begin with.

    The staging table is a cache that a crash of PostgreSQL empties. If it does not hold what
    it should, every round that is not stored is checked again from its file.
    """
    if staged_rows(submission) != submission.staged_rows:
        submission.checked_rounds = submission.stored_rounds
        with transaction.atomic():
            changed = ["checked_rounds", *take_back(submission)]
            still_mine(
                Submission.everything.filter(pk=submission.pk),
                token,
                **{name: getattr(submission, name) for name in changed},
            )
    return submission.checked_rounds + 1


def target_of(submission: Submission, number: int, sheet: Sheet) -> uuid.UUID | None:
    """The submission whose error workbook a first file is, if it is one."""
    if number > 1 or sheet.submission is None:
        return None
    try:
        target = uuid.UUID(sheet.submission)
    except ValueError:
        raise Refused("submission_unknown") from None
    if target == submission.pk:
        raise Refused("submission_unknown")
    return target


def merge(submission: Submission, token: uuid.UUID, file: Round, target_id: uuid.UUID) -> uuid.UUID:
    """Make a corrected error workbook the next round of its submission; returns its id.

    Raises `Refused` if the unit has no such submission, or it takes no corrections now. The
    answer for another unit's submission is that of one that does not exist.
    """
    with transaction.atomic():
        target = (
            Submission.everything.select_for_update()
            .filter(pk=target_id, unit=submission.unit_id, record_code=submission.record_code)
            .first()
        )
        if target is None:
            raise Refused("submission_unknown")
        if target.state in CLOSED:
            raise Refused("submission_closed")
        if target.state not in OPEN_FOR_CORRECTION:
            raise Refused("submission_busy")
        target.rounds += 1
        target.state = SubmissionState.CHECKING
        target.queued_at = timezone.now()
        target.save(update_fields=["rounds", "state", "queued_at"])
        file.submission, file.number = target, target.rounds
        file.save(update_fields=["submission", "number"])
        still_mine(
            Submission.everything.filter(pk=submission.pk),
            token,
            state=SubmissionState.DROPPED,
            dropped_at=timezone.now(),
            merged_into=target,
            lease_token=None,
            lease_until=None,
            stage="",
        )
    return target.pk


def carried_rows(submission: Submission, sheet: Sheet) -> list[int]:
    """The first round's row numbers that a corrected workbook carries.

    Every one of them must have been in an error workbook of this submission.
    """
    if sheet.original_rows is None:
        raise Refused("not_error_workbook")
    known = set(
        RejectedRow.objects.filter(submission=submission, row__in=sheet.original_rows).values_list(
            "row", flat=True
        )
    )
    for sheet_row, original in zip(sheet.rows, sheet.original_rows, strict=True):
        if original not in known:
            raise Refused("row_not_in_report", (str(sheet_row), str(original)))
    return sheet.original_rows
