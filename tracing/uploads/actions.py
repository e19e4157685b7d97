"""What people do to rows and files: the only writers that views, commands and the API call.

Every action is atomic, writes the operation log in the same transaction, and only nudges the
workers after the commit. Refusals are raised as `Refused`; nothing has changed then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.core.reasons import short_reason
from accounts.log import writing
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing import tasks
from tracing.core import rates, rights
from tracing.core.advisory_locks import Lock, take
from tracing.records import RECORDS
from tracing.stores.row_key import Key
from tracing.stores.voiding import void
from tracing.uploads import report
from tracing.uploads.check import LIMITS
from tracing.uploads.kept_files import Stored, remove, save, shown_name
from tracing.uploads.models import (
    USUAL_TERMS,
    Round,
    Submission,
    SubmissionState,
    Terms,
    submission_files,
)
from tracing.uploads.taking_back import forget_unstored
from tracing.uploads.untouched import same_bytes
from tracing.uploads.workbook.formats import ENDINGS, USUAL_ENDING


class Submitted(NamedTuple):
    """An upload; `earlier` says that the same bytes had come before and lead there."""

    submission: Submission
    earlier: bool


def submit(
    *,
    unit: Unit,
    agent: Agent,
    record_code: str,
    name: str,
    chunks: Iterable[bytes],
    source: Submission.Source,
    origin: Origin,
    terms: Terms = USUAL_TERMS,
    work_elsewhere: bool = True,
) -> Submitted:
    """Take a file in; a worker checks it, or the caller does with `work_elsewhere=False`.

    A corrected error workbook comes the same way; the check finds out whose it is, and the terms
    are those of that upload.
    """
    submission = Submission(
        unit=unit,
        agent=agent,
        record_code=RECORDS[record_code].code,
        source=source,
        **terms._asdict(),
    )
    suffix = PurePath(name).suffix.lower()
    ending = suffix if suffix in ENDINGS else USUAL_ENDING
    return receive(submission, f"{submission.pk}/1{ending}", name, chunks, origin, work_elsewhere)


def receive(
    submission: Submission,
    stored_name: str,
    name: str,
    chunks: Iterable[bytes],
    origin: Origin,
    work_elsewhere: bool,
) -> Submitted:
    """Keep the first file of an unsaved submission, if its agent may, and enter both."""
    rights.require_upload(submission.unit, submission.agent, submission.record_code, origin)
    rates.count_one(rates.UPLOADS, submission.agent, origin)
    most = LIMITS[submission.source].max_bytes
    file = save(submission_files() / stored_name, chunks, most)
    try:
        return _submit(submission, file, stored_name, name, origin, work_elsewhere)
    except BaseException:
        remove(file.path)
        raise


def _submit(
    submission: Submission,
    file: Stored,
    stored_name: str,
    name: str,
    origin: Origin,
    work_elsewhere: bool,
) -> Submitted:
    unit, record_code = submission.unit, submission.record_code
    with transaction.atomic():
        take(Lock.SAME_FILE, f"{unit.pk} {record_code} {file.sha256}")
        earlier = same_bytes(submission, file.sha256)
        if earlier is not None:
            remove(file.path)
            return Submitted(earlier, earlier=True)
        submission.save(force_insert=True)
        Round.objects.create(
            submission=submission,
            number=1,
            name=shown_name(PurePath(name).name),
            stored_name=stored_name,
            size=file.size,
            sha256=file.sha256,
        )
        writing.record(
            "file-submitted",
            origin=origin.done_by(submission.agent.account),
            unit=unit,
            target=str(submission.pk),
            after={
                "record": record_code,
                "sha256": file.sha256,
                "size": file.size,
                **submission.asked,
                **({"confirmed_ahead": True} if submission.confirmed_rounds else {}),
            },
        )
        if work_elsewhere:
            tasks.nudge(tasks.work_on_submission, submission)
    return Submitted(submission, earlier=False)


def confirm(
    *, submission: Submission, agent: Agent, origin: Origin, work_elsewhere: bool = True
) -> None:
    """确认: store the staged rows. Saying it twice is the same as once."""
    rights.require_upload(submission.unit, agent, submission.record_code, origin)
    with transaction.atomic():
        moved = (
            Submission.objects.of(submission.unit)
            .filter(pk=submission.pk, state=SubmissionState.STAGED, staged_rows__gt=0)
            .exclude(check_only=True)
            .exclude(all_or_nothing=True, rejected__gt=0)
            .update(
                state=SubmissionState.STORING,
                agent=agent,
                confirmed_rounds=F("rounds"),
                queued_at=timezone.now(),
                attempts=0,
                refusal_code=None,
                refusal_detail=[],
            )
        )
        submission.refresh_from_db()
        if not moved:
            if submission.state in (SubmissionState.STORING, SubmissionState.STORED):
                return
            raise _not_confirmed(submission)
        writing.record(
            "rows-confirmed",
            origin=origin.done_by(agent.account),
            unit=submission.unit,
            target=str(submission.pk),
            after={"record": submission.record_code, "rows": submission.staged_rows},
        )
        if work_elsewhere:
            tasks.nudge(tasks.work_on_submission, submission)


def _not_confirmed(submission: Submission) -> Refused:
    if submission.state != SubmissionState.STAGED:
        return Refused("not_staged", state=submission.get_state_display())
    if submission.check_only:
        return Refused("only_checked")
    if submission.barred and submission.staged_rows:
        return Refused("rows_still_fail", rows=str(submission.rejected))
    return Refused("nothing_to_confirm")


def cancel(
    *, submission: Submission, agent: Agent, origin: Origin, work_elsewhere: bool = True
) -> None:
    """取消: forget what is staged. Rows that earlier rounds stored stay, and a worker writes their
    error workbook anew."""
    rights.require_upload(submission.unit, agent, submission.record_code, origin)
    with transaction.atomic():
        locked = (
            Submission.objects.of(submission.unit)
            .select_for_update()
            .filter(pk=submission.pk, state=SubmissionState.STAGED)
            .first()
        )
        if locked is None:
            submission.refresh_from_db()
            raise Refused("not_staged", state=submission.get_state_display())
        forget_unstored(locked)
        writing.record(
            "submission-cancelled",
            origin=origin.done_by(agent.account),
            unit=submission.unit,
            target=str(submission.pk),
            before={"record": submission.record_code, "rows": submission.staged_rows},
        )
        if work_elsewhere and locked.stored_rounds:
            tasks.nudge(tasks.work_on_submission, submission)
    submission.refresh_from_db()


def write_report(submission: Submission, *, work_elsewhere: bool = True) -> bool:
    """Have the error workbook that could not be kept written; False if none is missing. No row
    changes, so the log has nothing to tell."""
    with transaction.atomic():
        rows = Submission.objects.of(submission.unit).select_for_update()
        locked = rows.get(pk=submission.pk)
        if not report.missing(locked):
            return False
        # As after 取消: back to checking, which has nothing left to do but the report.
        locked.state, locked.queued_at = SubmissionState.CHECKING, timezone.now()
        locked.save(update_fields=["state", "queued_at"])
        if work_elsewhere:
            tasks.nudge(tasks.work_on_submission, locked)
    return True


def void_rows(
    *,
    unit: Unit,
    agent: Agent,
    record_code: str,
    keys: Sequence[str | Key],
    reason: str,
    origin: Origin,
) -> int:
    """删除: void the unit's rows with these keys, for a reason; returns how many were live.

    A key of one part may be given as it is.
    """
    rights.require_upload(unit, agent, record_code, origin)
    reason = short_reason(reason, "reason_missing")
    with transaction.atomic():
        parts = [(key,) if isinstance(key, str) else key for key in keys]
        count = void(record_code, unit.pk, parts, reason, timezone.now())
        writing.record(
            "rows-voided",
            origin=origin.done_by(agent.account),
            unit=unit,
            target=record_code,
            # The before-images hold every row; here a list could be megabytes long.
            before={"keys": writing.brief(" ".join(key) for key in parts)},
            after={"reason": reason, "rows": count},
        )
    return count
