"""What the import dialog says about 确认 before it is given, and whether it came so."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from accounts.units.models import Unit
from tracing.records.base import Record
from tracing.stores.images import column as column_of
from tracing.stores.images import value
from tracing.uploads.changed_cells import ChangedCell, changed_cell
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.preview import Counts, counts
from tracing.uploads.queries import all_files


class Source(NamedTuple):
    """An upload whose rows are replaced: when it came, its first file, how, and where it is shown.

    `at` is None where no upload of the unit wrote the rows, such as those that staff moved.
    """

    rows: int
    at: datetime | None = None
    file: str = ""
    how: str = ""
    address: str = ""


class ReplacedRow(NamedTuple):
    """A row of the file that replaces a stored one, with the columns that change."""

    title: str
    cells: list[ChangedCell]


class ShownPreview(NamedTuple):
    """See templates/tracing/uploads/submission_preview.html.

    `again` rows are newer versions of rows that the same upload has stored. `others` counts the
    replaced rows of uploads that are not named. `became` is there after 确认, if it came otherwise.
    """

    counts: Counts
    at: datetime | None
    again: int
    sources: list[Source]
    others: int
    rows: list[ReplacedRow]
    became: Counts | None

    @property
    def writes(self) -> int:
        """How many rows 确认 would write."""
        return self.counts.created + self.counts.replaced + self.again


def shown_preview(
    submission: Submission, address: Callable[[uuid.UUID], str]
) -> ShownPreview | None:
    """Word the preview of an upload that waits for 确认, or of one for which it came otherwise.

    `address` says where an upload of the unit is shown.
    """
    kept: dict[str, Any] | None = submission.preview
    foreseen, became = counts(kept), counts(kept, "became")
    if kept is None or foreseen is None:
        return None
    if became is not None:
        otherwise = submission.state == SubmissionState.STORED and became != foreseen
        return ShownPreview(foreseen, None, 0, [], 0, [], became) if otherwise else None
    if submission.state != SubmissionState.STAGED or not submission.staged_rows:
        return None
    return ShownPreview(
        counts=foreseen,
        at=datetime.fromisoformat(kept["at"]),
        again=submission.staged_rows - sum(foreseen),
        sources=_sources(submission.unit, kept["uploads"], address),
        others=foreseen.replaced - sum(rows for _, rows in kept["uploads"]),
        rows=[_row(submission.record, *row) for row in kept["rows"]],
        became=None,
    )


def uploads_of(unit: Unit, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Submission]:
    """The unit's uploads with these ids, their files and agents; others are left out."""
    # By the ids alone: with the unit, all its uploads might be read for them.
    found = Submission.everything.filter(pk__in=set(ids))
    return {
        upload.pk: upload
        for upload in found.select_related("agent__account").prefetch_related("files")
        if upload.unit_id == unit.pk
    }


def _sources(
    unit: Unit, kept: list[tuple[str | None, int]], address: Callable[[uuid.UUID], str]
) -> list[Source]:
    known = uploads_of(unit, (uuid.UUID(upload) for upload, _ in kept if upload))
    sources = []
    for upload, rows in kept:
        found = known.get(uuid.UUID(upload)) if upload else None
        sources.append(Source(rows) if found is None else _source(found, rows, address(found.pk)))
    return sources


def _source(upload: Submission, rows: int, address: str) -> Source:
    at = upload.stored_at or upload.received_at
    return Source(rows, at, all_files(upload)[0].name, upload.get_source_display(), address)


def _row(record: Record, row: int, name: str, changed: list[Any]) -> ReplacedRow:
    cells = []
    for column_name, before, after in changed:
        column = column_of(record, column_name)
        cells.append(changed_cell(column, value(column, before), value(column, after)))
    return ReplacedRow(f"第 {row} 行：{name}", cells)
