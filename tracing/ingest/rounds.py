"""Rounds of a submission: where to begin checking, and corrected error workbooks."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Set
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from tracing.ingest.layout import LARGEST_ROW, ORIGINAL_COLUMN
from tracing.ingest.read import Refused, Sheet
from tracing.ingest.rejected import staged_rows
from tracing.ingest.undo import take_back
from tracing.ingest.work import still_mine
from tracing.models import RejectedRow, Round, Submission, SubmissionState
from tracing.records.base import Fault

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


class Carried(NamedTuple):
    """The number of each row of a file in the first file, and the faults of those whose number
    could not be told. A row that is none of the first file has a number above `LARGEST_ROW`.
    """

    numbers: list[int]
    faults: list[Fault]


def carried_rows(submission: Submission, sheet: Sheet) -> Carried:
    """Which rows of the first file a corrected workbook carries.

    A row whose 原行号 was in no error workbook of the submission, or stands there twice, fails by
    itself. What was typed in it takes the place of the failing row that is missing where it stands,
    so that it comes back with the next error workbook; where none is missing it comes back as a row
    more, which is not counted.
    """
    if sheet.original_rows is None:
        raise Refused("not_error_workbook")
    rows = RejectedRow.objects.filter(submission=submission, row__lte=LARGEST_ROW)
    known = set(rows.values_list("row", flat=True))
    seen: dict[int | str, int] = {}
    faults: list[Fault] = []
    for index, original in enumerate(sheet.original_rows):
        if original not in known:
            detail: tuple[str, ...] = (str(original),)
            faults.append(Fault(index, ORIGINAL_COLUMN, "original_row_unknown", detail))
        elif original in seen:
            detail = (str(original), str(sheet.rows[seen[original]]))
            faults.append(Fault(index, ORIGINAL_COLUMN, "original_row_repeated", detail))
        else:
            seen[original] = index
    numbers = [number for number in sheet.original_rows if isinstance(number, int)]
    if faults:
        failing = rows.filter(mended_in=None).order_by("row").values_list("row", flat=True)
        missing = [row for row in failing if row not in seen]
        numbers = _placed(sheet, {fault.row for fault in faults}, missing)
    return Carried(numbers, faults)


def _placed(sheet: Sheet, lost: Set[int], missing: list[int]) -> list[int]:
    """The numbers of all rows. A `lost` one has the first of the `missing` between the numbers
    around it, for the rows of an error workbook stand in their order.
    """
    given = sheet.original_rows or []
    following, above = LARGEST_ROW + 1, [0] * len(given)
    for index in reversed(range(len(given))):
        above[index] = following
        if index not in lost:
            following = int(given[index])
    numbers: list[int] = []
    below = 0
    for index, original in enumerate(given):
        number = int(original) if index not in lost else LARGEST_ROW + sheet.rows[index]
        if index in lost:
            at = bisect_right(missing, below)
            if at < len(missing) and missing[at] < above[index]:
                number = missing.pop(at)
        if number <= LARGEST_ROW:
            below = number
        numbers.append(number)
    return numbers
