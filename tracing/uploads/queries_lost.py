"""The rows that an upload wrote and that are no longer as it wrote them, with the way to 历史.

Replaced, deleted and undone rows stand in no list any more, or not as this upload had them; their
before-images name the upload that wrote them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from tracing.core.paging import Page
from tracing.stores.models import RowHistory
from tracing.stores.registry import store_of
from tracing.uploads import row_keys
from tracing.uploads.models import Submission, SubmissionState

SIZE = 10
# Of an upload with more the first are offered: each is read by its place in an index.
MOST = 1_000

# No order within, so that PostgreSQL need not read all rows of a large upload.
LOST = """
    SELECT found.key_parts, found.cause, found.at FROM (
        SELECT h.id, h.key, h.cause, h.at, ARRAY[{parts}] AS key_parts
        FROM tracing_rowhistory h
        WHERE h.before ->> 'submission_id' = %(submission)s::text AND h."table" = %(table)s
          AND h.unit_id = %(unit)s
        LIMIT %(most)s) found
    ORDER BY found.id"""


class LostRow(NamedTuple):
    """A row in words: what it is, what happened to it first after the upload, and its 历史."""

    name: str
    what: str
    at: datetime
    history: str


def lost_rows(
    submission: Submission, number: int, history: Callable[[str, str], str]
) -> Page[LostRow] | None:
    """A page of them; None where there are none. `history` says where a row's 历史 stands, by its
    record and its key as text.
    """
    is_undone = submission.state == SubmissionState.UNDONE
    if not is_undone and not (submission.state == SubmissionState.STORED and submission.lost_rows):
        return None
    target = store_of(submission.record_code).TARGET
    parts = ", ".join(f"h.before ->> '{name}'" for name in target.key)
    given: dict[str, Any] = {
        "submission": submission.pk,
        "table": target.table,
        "unit": submission.unit_id,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOST.format(parts=parts), given)
        first: dict[tuple[str, ...], tuple[str, datetime]] = {}
        for key, cause, at in cursor:
            first.setdefault(tuple(key), (cause, at))
    if not first:
        return None
    empty: Page[LostRow] = Page((), len(first), 1, SIZE)
    number = min(max(number, 1), empty.pages)
    code = submission.record_code
    shown = [
        LostRow(
            row_keys.shown(code, key),
            str(RowHistory.Cause(cause).label),
            at,
            history(code, row_keys.written(key)),
        )
        for key, (cause, at) in list(first.items())[(number - 1) * SIZE : number * SIZE]
    ]
    return Page(shown, len(first), number, SIZE)
