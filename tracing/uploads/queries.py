"""Readers of the upload page: submissions of a unit, and what failed in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from accounts.units.models import Unit
from tracing.core.paging import sorted_by_index
from tracing.uploads.models import Round, Submission
from tracing.uploads.report import failures
from tracing.uploads.workbook.error_book import Failure

LATEST = 5


def submission_of(unit: Unit, submission_id: uuid.UUID) -> Submission | None:
    """The unit's submission, or None, also for one of another unit."""
    return Submission.objects.of(unit).filter(pk=submission_id).first()


def latest_submissions(unit: Unit, record_codes: Iterable[str]) -> list[Submission]:
    """The unit's latest uploads of these records, without those that merged into another."""
    found = Submission.objects.of(unit).filter(
        record_code__in=list(record_codes), merged_into__isnull=True
    )
    with sorted_by_index():
        return list(found.prefetch_related("files").order_by("-received_at")[:LATEST])


def latest_file(submission: Submission) -> Round:
    """The file uploaded last: the first one, or a corrected error workbook."""
    return submission.files.order_by("-number")[0]


def all_files(submission: Submission) -> list[Round]:
    """Its files in their order, from what was read with it: what it began with is the first."""
    return sorted(submission.files.all(), key=lambda file: file.number)


def first_failures(submission: Submission, count: int) -> list[Failure]:
    """The first rows that still fail, with their reasons in words."""
    return list(failures(submission, first=count))
