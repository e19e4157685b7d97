"""What 确认 would do with the staged rows, as of a time: kept with the submission.

`Submission.preview` is None or an object: `at`; `counts`, as in `Counts`; `uploads`, pairs of the
upload that wrote rows which are replaced and how many, those with most first; `rows`, the first
replaced rows, each its number, its key in words and the columns that change, with both values. Once
the rows are stored it is `counts` and `became`, what storing counted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils import timezone

from tracing.records.base import Record
from tracing.stores.images import changes, kept
from tracing.stores.registry import store_of
from tracing.stores.replaced import ReplacedRow, replaced
from tracing.stores.target import Counts as Stored
from tracing.stores.target import Target
from tracing.uploads import row_keys
from tracing.uploads.models import Submission

# How many of the replaced rows are kept, and how many of the uploads that wrote them.
FIRST_ROWS = 10
MOST_UPLOADS = 3


class Counts(NamedTuple):
    """How many staged rows are new, replace a stored row, or change nothing."""

    created: int
    replaced: int
    unchanged: int


def counts(preview: dict[str, Any] | None, name: str = "counts") -> Counts | None:
    """What a preview counted, or what it `became`; None where that is not there."""
    return Counts(*preview[name]) if preview and name in preview else None


def foresee(submission: Submission, *, none_known: bool) -> dict[str, Any]:
    """The preview of the staged rows, of which a look was taken; in that transaction.

    It asks the statement that 确认 counts by; `none_known` as there, which spares the join.
    """
    target = store_of(submission.record_code).TARGET
    given = (submission.pk, submission.unit_id)
    found = target.classify(*given, none_known=none_known)
    preview: dict[str, Any] = {
        "at": timezone.now().isoformat(),
        "counts": Counts(found.created, found.replaced, found.unchanged),
        "uploads": [],
        "rows": [],
    }
    if found.replaced:
        lost = replaced(target, *given, uploads=MOST_UPLOADS, rows=FIRST_ROWS)
        preview["uploads"] = [(upload and str(upload), rows) for upload, rows in lost.uploads]
        preview["rows"] = [_row(submission.record, target, row) for row in lost.rows]
    return preview


def came_true(preview: dict[str, Any] | None, stored: Stored) -> dict[str, Any] | None:
    """The preview once its rows are stored: the rows themselves have their history now."""
    if preview is None:
        return None
    became = Counts(stored.created, stored.replaced, stored.unchanged)
    return {"counts": preview["counts"], "became": became}


def _row(record: Record, target: Target, row: ReplacedRow) -> tuple[Any, ...]:
    key = tuple(str(row.before[name]) for name in target.key)
    changed = [
        (change.column.name, kept(change.before), kept(change.after))
        for change in changes(record, row.before, row.after)
    ]
    return row.row, row_keys.shown(record.code, key), changed
