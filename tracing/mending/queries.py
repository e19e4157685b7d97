"""The failing rows of an upload as pages list them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from tracing.core.paging import Page
from tracing.uploads.causes import MARKED, Cause, causes_of, failing, failing_of
from tracing.uploads.models import RejectedRow, Submission

SIZES = (10, 50)


def page_of_rows(
    submission: Submission, cause: Cause | None, number: int, size: int
) -> Page[RejectedRow]:
    """One page of the rows that fail now, of those with one cause or of all."""
    size = size if size in SIZES else SIZES[0]
    count = (submission.rejected or 0) if cause is None else cause.rows
    number = min(max(number, 1), max(1, -(-count // size)))
    start = (number - 1) * size
    rows = _rows(submission, cause)
    if cause is not None:
        # All that comes before would have to be read to be counted.
        marks, start = divmod(start, MARKED)
        rows = rows.filter(row__gte=cause.marks[marks])
    return Page(list(rows.order_by("row")[start : start + size]), count, number, size, SIZES)


def rows_numbered(submission: Submission, numbers: Sequence[int]) -> list[RejectedRow]:
    """Those of these rows that fail now, in their order."""
    return list(failing(submission).filter(row__in=numbers).order_by("row"))


def first_rows(submission: Submission, cause: Cause, count: int) -> list[RejectedRow]:
    """The first rows with a cause."""
    return list(_rows(submission, cause).order_by("row")[:count])


def cause_named(submission: Submission, column: str, code: str) -> Cause | None:
    """The cause that an address names, if rows still have it."""
    for cause in causes_of(submission):
        if (cause.column, cause.code) == (column, code):
            return cause
    return None


def _rows(submission: Submission, cause: Cause | None) -> QuerySet[RejectedRow]:
    if cause is None:
        return failing(submission)
    return failing_of(submission, cause.column, cause.code)
