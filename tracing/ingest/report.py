"""The error workbook: the template with only the failed rows, each with its place and reasons.

Corrected and uploaded, it goes back into its submission: a very hidden sheet names it, and
原行号 says which row of the first file each row is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.styles import NamedStyle, PatternFill

from portal.lib.sheets import TEXT_FORMAT
from tracing.ingest import layout, template
from tracing.ingest.cells import from_json
from tracing.models import RejectedRow, Submission
from tracing.records.base import Cell, ErrorCell, Record
from tracing.records.messages import sentence

# A text that a reader of workbooks would take for an escaped character: its first underscore.
ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
COMMENTED_ROWS = 1_000
COMMENT_SIZE = (320, 90)
FORMATS = {"text": TEXT_FORMAT, "moment": "yyyy-mm-dd hh:mm:ss", "span": "[h]:mm:ss"}
MARK = PatternFill("solid", fgColor="FFF2B8B5")


class Failure(NamedTuple):
    """One failed row: its row number in the first file, its cells, and a reason per fault."""

    row: int
    cells: list[Cell]
    reasons: list[tuple[str, str]]


def write(submission: Submission) -> None:
    """Write the workbook of the rows that fail now; remove it if none does."""
    path = submission.report_path
    if not submission.rejected:
        path.unlink(missing_ok=True)
        return
    book = workbook(submission.record, str(submission.pk), failures(submission))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".part")
    try:
        book.save(unfinished)
        unfinished.replace(path)
    finally:
        # What a full disk cut off would fill it for good.
        unfinished.unlink(missing_ok=True)


def failures(submission: Submission, first: int | None = None) -> Iterator[Failure]:
    """The rows that fail now, in the order of the first file; only the `first` ones if given."""
    record = submission.record
    rows = RejectedRow.objects.filter(submission=submission, mended_in__isnull=True)
    values = rows.order_by("row").values_list("row", "cells", "faults")
    for row, cells, faults in values[:first] if first else values.iterator(chunk_size=2_000):
        yield Failure(
            row,
            list(map(from_json, cells)),
            [
                (column, sentence(code, detail, record.column(column).label))
                for column, code, detail in faults
            ],
        )


def workbook(record: Record, submission_id: str, rows: Iterator[Failure]) -> Workbook:
    """Build the workbook from failed rows."""
    book = Workbook(write_only=True)
    for name, number_format in FORMATS.items():
        book.add_named_style(NamedStyle(name, number_format=number_format))
        book.add_named_style(NamedStyle(f"{name} marked", number_format=number_format, fill=MARK))
    sheet = book.create_sheet(record.title)
    template.dress(sheet, record, more=(layout.ORIGINAL_ROW, layout.REASON))
    for number, failure in enumerate(rows):
        wrong = dict(reversed(failure.reasons))
        cells: list[Any] = []
        for column, value in zip(record.columns, failure.cells, strict=True):
            cell = _cell(sheet, value, marked=column.name in wrong)
            if column.name in wrong and number < COMMENTED_ROWS:
                cell.comment = _comment(wrong[column.name])
            cells.append(cell)
        reason = WriteOnlyCell(sheet, "\n".join(_unique(failure.reasons)))
        reason.data_type = "s"
        sheet.append([*cells, failure.row, reason])
    template.add_notes(book, record)
    template.add_portal_sheet(book, record, submission_id)
    return book


def _cell(sheet: Any, value: Any, *, marked: bool) -> Any:
    """A cell of the type that was read, so that what was wrong with it stays wrong."""
    data_type, style = None, "text"
    if isinstance(value, ErrorCell):
        # A formula is gone, only that it had no value is known.
        value = value.text if value.text in ERROR_CODES else "#VALUE!"
        data_type = "e"
    elif isinstance(value, str):
        # Text stays text: a value that begins with "=" must not become a formula.
        data_type = "s"
        value = ESCAPE_LIKE.sub("_x005F_", value)
    elif isinstance(value, date):
        style = "moment"
    elif isinstance(value, time | timedelta):
        style = "span"
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = data_type or cell.data_type
    cell.style = f"{style} marked" if marked else style
    return cell


def _unique(reasons: list[tuple[str, str]]) -> list[str]:
    """Each sentence once: one cell may fail in two ways, two cells in the same."""
    return list(dict.fromkeys(words for _, words in reasons))


def _comment(words: str) -> Comment:
    width, height = COMMENT_SIZE
    return Comment(words, "校验", width=width, height=height)
