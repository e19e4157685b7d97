"""What the pages of mending say: causes, rows with their boxes, old and new values, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.forms import BoundField

from tracing.mending.causes import Cause, causes_of, context_of
from tracing.mending.forms import MOST_BOXES, CellsForm, box_name
from tracing.mending.offers import may_fill
from tracing.mending.places import Address
from tracing.mending.words import words
from tracing.records.base import Record
from tracing.records.faults import FAULTS
from tracing.records.messages import sentence, title
from tracing.records.repairs import REPAIRS, repaired
from tracing.records.shapes import LEVEL_COLUMNS
from tracing.records.terms import Context
from tracing.uploads.cells import from_json
from tracing.uploads.models import CORRECTABLE, RejectedRow, Submission
from tracing.uploads.report import label_of


class Change(NamedTuple):
    """A cell of a row before and after."""

    row: int
    old: str
    new: str


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
    repairs: list[Change]

    @property
    def rows_words(self) -> str:
        """How many rows, with thousands parted."""
        return f"{self.rows:,}"


class Box(NamedTuple):
    """A cell that may be typed over, what is wrong with it, and what it surely means."""

    field: BoundField
    faults: list[str]
    meant: str


class ShownRow(NamedTuple):
    """A failing row: its boxes, the faults of no box, and its other cells by label."""

    number: int
    boxes: list[Box]
    faults: list[str]
    rest: list[tuple[str, str]]
    address: str


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
        repairs=[Change(found.row, words(found.old), found.new) for found in cause.repairs],
    )


def boxes_of(record: Record, rows: Iterable[RejectedRow]) -> dict[int, list[str]]:
    """The cells of rows that may be wrong, as many as a form brings; rows behind have none."""
    boxes: dict[int, list[str]] = {}
    left = MOST_BOXES
    for row in rows:
        wrong = {column for column, _, _ in row.faults}
        if any(FAULTS[code].between_rows for _, code, _ in row.faults):
            wrong.update(LEVEL_COLUMNS)  # Each of these codes may be the one that was mistaken.
        names = [column.name for column in record.columns if column.name in wrong]
        left -= len(names)
        if left < 0:
            break
        boxes[row.row] = names
    return boxes


def shown_rows(
    submission: Submission, rows: Sequence[RejectedRow], form: CellsForm, address: Address
) -> list[ShownRow]:
    """Rows with the boxes that the form has for them."""
    world = context_of(submission)
    return [_row(submission.record, row, form, world, address) for row in rows]


def _row(
    record: Record, row: RejectedRow, form: CellsForm, world: Context, address: Address
) -> ShownRow:
    boxed = set(form.boxes.get(row.row, ()))
    boxes, rest = [], []
    for column, cell in zip(record.columns, row.cells, strict=True):
        found = [fault for fault in row.faults if fault[0] == column.name]
        if column.name not in boxed:
            rest.append((column.label, words(cell)))
            continue
        meant = (repaired(column, code, from_json(cell), world) for _, code, _ in found)
        boxes.append(
            Box(
                form[box_name(row.row, column.name)],
                [_sentence(record, fault) for fault in found],
                next(filter(None, meant), ""),
            )
        )
    unboxed = [_sentence(record, fault) for fault in row.faults if fault[0] not in boxed]
    return ShownRow(row.row, boxes, unboxed, rest, address("mend", row=row.row))


def _sentence(record: Record, fault: Sequence[Any]) -> str:
    column, code, detail = fault
    return sentence(code, detail, label_of(record, column))


def shown_changes(
    record: Record, rows: Iterable[RejectedRow], column: str, value: str
) -> list[Change]:
    """What one value for a column changes in rows."""
    place = [each.name for each in record.columns].index(column)
    return [Change(row.row, words(row.cells[place]), value) for row in rows]
