"""What the pages of mending say: causes, rows with their boxes, old and new values, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.forms import BoundField

from tracing.mending.forms import MOST_BOXES, CellsForm, box_name
from tracing.records.base import Record
from tracing.records.faults import FAULTS
from tracing.records.messages import sentence
from tracing.records.repairs import repaired
from tracing.records.shapes import LEVEL_COLUMNS
from tracing.records.terms import Context
from tracing.uploads.causes import context_of
from tracing.uploads.cell_words import words
from tracing.uploads.cells import from_json
from tracing.uploads.mending_addresses import Address
from tracing.uploads.models import RejectedRow, Submission
from tracing.uploads.report import label_of


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
