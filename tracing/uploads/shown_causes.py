"""Why rows of an upload fail, in words, with where they are mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from tracing.records.base import Record
from tracing.records.messages import title
from tracing.records.repairs import REPAIRS
from tracing.uploads.causes import Cause, causes_of, may_fill
from tracing.uploads.cell_words import words
from tracing.uploads.changed_cells import EMPTY, ChangedCell
from tracing.uploads.mending_addresses import Address
from tracing.uploads.models import CORRECTABLE, RejectedRow, Submission
from tracing.uploads.report import label_of


class ShownCause(NamedTuple):
    """A cause in words, with where its rows are mended; `fill` is empty where no value fits all."""

    key: str
    title: str
    label: str
    rows: int
    first: str
    value: str
    address: str
    fill: str
    repair: str
    repairable: int
    repairs: list[ChangedCell]

    @property
    def rows_words(self) -> str:
        """How many rows, with thousands parted."""
        return f"{self.rows:,}"


def shown_causes(submission: Submission, address: Address) -> list[ShownCause]:
    """The causes of an upload that can be mended, the one of most rows first."""
    if submission.state not in CORRECTABLE or not submission.rejected:
        return []
    return [shown_cause(submission.record, cause, address) for cause in causes_of(submission)]


def shown_cause(record: Record, cause: Cause, address: Address) -> ShownCause:
    """One cause in words."""
    named = {"column": cause.column, "code": cause.code}
    label = label_of(record, cause.column)
    more = "" if cause.rows <= len(cause.first) else "…"
    return ShownCause(
        key=f"{cause.column}:{cause.code}",
        title=title(cause.code, label),
        label=label,
        rows=cause.rows,
        first="、".join(map(str, cause.first)) + more,
        value=words(cause.cell),
        address=address("mend", **named),
        fill=address("fill", **named) if may_fill(record, cause.column, cause.code) else "",
        repair=REPAIRS[cause.code].title if cause.repairable else "",
        repairable=cause.repairable,
        repairs=[_changed(found.row, found.old, found.new) for found in cause.repairs],
    )


def shown_changes(
    record: Record, rows: Iterable[RejectedRow], column: str, value: str
) -> list[ChangedCell]:
    """What one value for a column changes in rows."""
    place = [each.name for each in record.columns].index(column)
    return [_changed(row.row, row.cells[place], value) for row in rows]


def _changed(row: int, before: Any, after: str) -> ChangedCell:
    """A cell of a row, as it is kept and as it will be."""
    return ChangedCell(f"第 {row} 行", words(before) or EMPTY, after)
