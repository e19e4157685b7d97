"""The error workbook: the template with only the failed rows, each with its place and reasons.

Corrected and uploaded, it goes back into its submission: a very hidden sheet names it, and
原行号 says which row of the first file each row is. Where more rows fail than one upload by the
page may hold it comes in parts, each of them a workbook of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress

from django.db.models import QuerySet

from portal.lib.disk import NotKept, keeping
from tracing.records.base import Record
from tracing.records.messages import sentence
from tracing.uploads.cells import from_json
from tracing.uploads.models import CORRECTABLE, RejectedRow, Submission
from tracing.uploads.workbook import layout
from tracing.uploads.workbook.error_book import Failure, Rows, columns_of, write_book

logger = logging.getLogger(__name__)


def write(submission: Submission) -> None:
    """Write the workbook of the rows that fail now, in as many parts as it takes; remove the
    parts that are no longer needed.

    Where it cannot be kept it is `missing`, and what was checked or stored stands without it.
    """
    try:
        with keeping():
            _write(submission)
    except NotKept:
        logger.exception("The error workbook of %s was not kept", submission.pk)
        # Some of the parts, or those of the rows that failed before, would pass for the whole.
        for path in submission.report_parts():
            with suppress(OSError):  # Where nothing can be written nothing can be removed either.
                path.unlink()


def missing(submission: Submission) -> bool:
    """Whether rows of a submission that was checked fail and their workbook is not there."""
    return (
        submission.state in CORRECTABLE
        and not submission.report_path.exists()
        and _failing(submission).exists()
    )


def _write(submission: Submission) -> None:
    number = 0
    rows = Rows(failures(submission))
    while rows:
        number += 1
        path = submission.report_part(number)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = path.with_suffix(".part")
        try:
            write_book(unfinished, submission.record, str(submission.pk), rows)
            unfinished.replace(path)
        finally:
            # What a full disk cut off would fill it for good.
            unfinished.unlink(missing_ok=True)
    for path in submission.report_parts()[number:]:
        path.unlink()


def failures(submission: Submission, first: int | None = None) -> Iterator[Failure]:
    """The rows that fail now, in the order of the first file; only the `first` ones if given."""
    values = _failing(submission).order_by("row").values_list("row", "cells", "faults")
    labels = {name: label_of(submission.record, name) for name in columns_of(submission.record)}
    for row, cells, faults in values[:first] if first else values.iterator(chunk_size=500):
        yield Failure(
            row if row <= layout.LARGEST_ROW else _typed(faults),
            list(map(from_json, cells)),
            [(column, sentence(code, detail, labels[column])) for column, code, detail in faults],
        )


def _failing(submission: Submission) -> QuerySet[RejectedRow]:
    return RejectedRow.objects.filter(submission=submission, mended_in__isnull=True)


def label_of(record: Record, column: str) -> str:
    """What stands over a column that a fault names."""
    return layout.ORIGINAL_ROW if column == layout.ORIGINAL_COLUMN else record.column(column).label


def _typed(faults: list[tuple[str, str, list[str]]]) -> str:
    """What stood as 原行号 in a row that belongs to none of the first file: its faults quote it.

    A number is marked, or it could pass the next time for a row that has it.
    """
    typed = next(detail[0] for column, _, detail in faults if column == layout.ORIGINAL_COLUMN)
    return f"{typed}？" if typed.strip().isdecimal() else typed
