"""Rows that come from elsewhere, as an interface sends them: the same way in as a workbook's.

What turns call small (tracing/uploads/turn.py) is done in the request, by the claim that a worker
would take; a request that dies leaves it to the workers. Everything else waits for a worker.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.units.models import Unit
from portal.lib.schema import in_sandbox
from tracing import tasks
from tracing.jobs.turns import is_small
from tracing.records import RECORDS
from tracing.uploads.actions import Submitted, receive
from tracing.uploads.arrays import written
from tracing.uploads.check import LIMITS, GrewLarge
from tracing.uploads.kept_files import remove
from tracing.uploads.models import USUAL_TERMS, Submission, Terms, submission_files
from tracing.uploads.turn import IMPORTS, SMALL_ROWS, check_and_store
from tracing.uploads.workbook.layout import ROWS_SUFFIX
from tracing.uploads.workbook.read import wanted


def submit_rows(
    *,
    unit: Unit,
    agent: Agent,
    record_code: str,
    name: str,
    rows: Any,
    source: Submission.Source,
    origin: Origin,
    correcting: Submission | None = None,
    terms: Terms = USUAL_TERMS,
    work_elsewhere: bool = True,
    confirmed: bool = False,
    pk: uuid.UUID | None = None,
) -> Submitted:
    """Take an array of rows in; a small one is checked before this returns.

    `rows` is any iterable of dicts by column identifier, whose values are texts, numbers, logical
    values or None; `name` stands where a file's name does. The rows of a correction have their
    position in the first array, or their row number in the first workbook, as `original_row`, and
    the terms of what they correct. With `confirmed` 确认 is given for them as they come. `pk` is
    the id that the upload gets, where the caller must know it beforehand. Returns the submission
    where that led, for a correction the corrected one. `work_elsewhere` as in `submit`. Raises
    `Refused` for what is no array of rows of the record, and nothing is kept.
    """
    submission = Submission(
        unit=unit,
        agent=agent,
        record_code=RECORDS[record_code].code,
        source=source,
        confirmed_rounds=int(confirmed),
        **({} if pk is None else {"pk": pk}),
        **terms._asdict(),
    )
    record = submission.record
    lines = written(
        rows,
        record.code,
        wanted(record),
        LIMITS[source].max_rows,
        None if correcting is None else str(correcting.pk),
    )
    stored_name = f"{submission.pk}/1{ROWS_SUFFIX}"
    if pk is not None:  # Whoever tried before may have been cut off when the file was there.
        remove(submission_files() / stored_name)
    submitted = receive(submission, stored_name, name, lines, origin, work_elsewhere=False)
    if not work_elsewhere:
        return submitted
    is_large = correcting is not None and (correcting.total or 0) > SMALL_ROWS
    return submitted._replace(submission=work_on(submitted.submission, is_large=is_large))


def work_on(submission: Submission, *, is_large: bool) -> Submission:
    """Do what an upload waits for, or hand it to the workers if that is large; they know nothing
    of the sandbox. Returns where it led and how that stands.
    """
    found = None
    if in_sandbox():
        found = check_and_store(submission.pk)
    elif not is_large and is_small(IMPORTS, submission):
        found = _done(submission)
    if found is None and IMPORTS.rows().filter(pk=submission.pk).exists():
        tasks.nudge(tasks.work_on_submission, submission)
    return Submission.objects.of(submission.unit).get(pk=found or submission.pk)


def _done(submission: Submission) -> uuid.UUID | None:
    """Where the work on a small upload led; None for one that was found to be large."""
    with suppress(GrewLarge):
        return check_and_store(submission.pk, SMALL_ROWS)
    return None
