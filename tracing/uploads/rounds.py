"""Rounds of a submission: where to begin checking, and corrected error workbooks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.lib.refused import Refused
from tracing.jobs.running import still_mine
from tracing.records.base import Record
from tracing.records.terms import Cell, ErrorCell, Fault
from tracing.uploads.cells import from_json, to_json
from tracing.uploads.corrected_rows import CorrectedRows
from tracing.uploads.models import (
    CLOSED,
    CORRECTABLE,
    RejectedRow,
    Round,
    Submission,
    SubmissionState,
)
from tracing.uploads.rejected import staged_rows
from tracing.uploads.taking_back import unstage_rounds
from tracing.uploads.workbook.layout import LARGEST_ROW
from tracing.uploads.workbook.read import Sheet


def first_unchecked(submission: Submission, token: uuid.UUID) -> int:
    """The number of the round to begin with.

    The staging table is a cache that a crash of PostgreSQL empties. If it does not hold what
    it should, every round that is not stored is checked again from its file.
    """
    if staged_rows(submission) != submission.staged_rows:
        submission.checked_rounds = submission.stored_rounds
        with transaction.atomic():
            changed = ["checked_rounds", *unstage_rounds(submission)]
            still_mine(
                Submission.everything.filter(pk=submission.pk),
                token,
                **{name: getattr(submission, name) for name in changed},
            )
    return submission.checked_rounds + 1


def target_of(submission: Submission, number: int, sheet: Sheet) -> uuid.UUID | None:
    """The submission whose error workbook a first file is, if it is one."""
    if number > 1 or sheet.submission is None:
        return None
    try:
        target = uuid.UUID(sheet.submission)
    except ValueError:
        raise Refused("submission_unknown") from None
    if target == submission.pk:
        raise Refused("submission_unknown")
    return target


def merge(submission: Submission, token: uuid.UUID, file: Round, target_id: uuid.UUID) -> uuid.UUID:
    """Make a corrected error workbook the next round of its submission; returns its id.

    Raises `Refused` if the unit has no such submission, or it takes no corrections now. The
    answer for another unit's submission is that of one that does not exist.
    """
    with transaction.atomic():
        target = (
            Submission.everything.select_for_update()
            .filter(pk=target_id, unit=submission.unit_id, record_code=submission.record_code)
            .first()
        )
        if target is None:
            raise Refused("submission_unknown")
        if target.state in CLOSED:
            raise Refused("submission_closed")
        if target.state not in CORRECTABLE:
            raise Refused("submission_busy")
        add_round(target, file)
        still_mine(
            Submission.everything.filter(pk=submission.pk),
            token,
            state=SubmissionState.DROPPED,
            dropped_at=timezone.now(),
            merged_into=target,
            lease_token=None,
            lease_until=None,
            stage="",
        )
    return target.pk


def add_round(target: Submission, file: Round) -> None:
    """Make a file the next round of a correctable submission, whose row the caller has locked."""
    target.rounds += 1
    target.state = SubmissionState.CHECKING
    target.queued_at = timezone.now()
    target.save(update_fields=["rounds", "state", "queued_at"])
    file.submission, file.number = target, target.rounds
    file.save()


class Carried(NamedTuple):
    """The number of each row of a file in the first file, and the faults of those whose number
    could not be told. A row that is none of the first file has a number above `LARGEST_ROW`.
    """

    numbers: list[int]
    faults: list[Fault]


def carried_rows(submission: Submission, sheet: Sheet) -> Carried:
    """Which rows of the first file a corrected workbook carries.

    A row whose 原行号 was in no error workbook of the submission, stands there twice or is that of
    another row fails by itself. If it is surely one of the failing rows, what was typed in it takes
    that row's place and comes back with the next error workbook; any other comes back as a row
    more, which is not counted. No failing row gives way to one that may be another: it may come
    with another part, or be left for later.
    """
    if sheet.original_rows is None:
        raise Refused("not_error_workbook")
    rows = RejectedRow.objects.filter(submission=submission, row__lte=LARGEST_ROW)
    known = set(rows.values_list("row", flat=True))
    owners = _owners(submission.record, rows.filter(mended_in=None), sheet)
    places = CorrectedRows(sheet.original_rows, known, owners)
    numbers = [LARGEST_ROW + row for row in sheet.rows]
    for number, index in places.holders.items():
        numbers[index] = number
    return Carried(numbers, places.faults(sheet.rows))


def _owners(record: Record, failing: QuerySet[RejectedRow], sheet: Sheet) -> list[tuple[int, ...]]:
    """For each row of a workbook the failing rows that have its key, as typed."""
    names = record.identifying_columns
    at = [index for name in names for index, c in enumerate(record.columns) if c.name == name]
    needed = len(record.key_columns)
    rows: dict[tuple[str, ...], tuple[int, ...]] = {}
    kept = failing.values_list("row", *(f"cells__{index}" for index in at))
    for row, *cells in kept.iterator():
        key = _key(map(from_json, cells), needed)
        if key is not None:
            rows[key] = (*rows.get(key, ()), row)
    typed = zip(*(sheet.columns[name] for name in names), strict=True)
    keys = (_key((from_json(to_json(cell)) for cell in cells), needed) for cells in typed)
    return [() if key is None else rows.get(key, ()) for key in keys]


def _key(cells: Iterable[Cell], needed: int) -> tuple[str, ...] | None:
    """The texts that identify a row. None if one of the first `needed` cells holds no value."""
    key = list(cells)
    if any(cell is None or isinstance(cell, ErrorCell) for cell in key[:needed]):
        return None
    return tuple("" if cell is None else str(cell).strip() for cell in key)
