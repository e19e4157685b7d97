"""Uploads of several records that are stored or dropped together: all of them in one transaction,
or none."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.origin import Origin
from accounts.units.models import Unit
from tracing.core.advisory_locks import take_unit_and_record
from tracing.jobs.models import claim, release
from tracing.jobs.patience import patiently
from tracing.records.bindings import BINDINGS
from tracing.stores import buckets
from tracing.stores.target import RaceLost
from tracing.uploads import actions
from tracing.uploads.check import check
from tracing.uploads.confirm import TRIES, store_once
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.taking_back import unstage_rounds
from tracing.uploads.unconfirmed import may_confirm

ORDER = list(BINDINGS)


class NotAsChecked(Exception):
    """A row that passed fails by now, or the staging table is empty: this one is checked anew."""

    def __init__(self, submission: uuid.UUID) -> None:
        super().__init__(submission)
        self.submission = submission


def store_together(
    *, unit: Unit, agent: Agent, uploads: Sequence[uuid.UUID], origin: Origin
) -> bool:
    """Store checked uploads of a unit; False where not all are stored, and none is that was not
    before. Whoever dies in the middle has stored nothing: all stay as they were checked.

    Raises `Refused` where it takes too long.
    """
    for _ in range(TRIES):
        found = Submission.objects.of(unit).filter(pk__in=uploads)
        waiting = [one for one in found if one.state != SubmissionState.STORED]
        if not all(map(may_confirm, waiting)):
            return False
        ordered = sorted(waiting, key=lambda one: ORDER.index(one.record_code))
        try:
            patiently(partial(_store_all, ordered, agent, origin), "store_too_slow")
            return True
        except NotAsChecked as changed:
            _check_anew(changed.submission)
        except RaceLost:
            continue
    return False


def fail(uploads: Iterable[Submission]) -> bool:
    """Whether a row of one of these fails, or one is refused whole: why none is to be stored."""
    return any(one.rejected or one.state == SubmissionState.REFUSED for one in uploads)


def drop_together(
    *, unit: Unit, agent: Agent, uploads: Sequence[uuid.UUID], origin: Origin
) -> None:
    """取消 of all that wait for 确认: what was to be stored together and was not is never stored,
    neither by a person who meets one of them on a page."""
    with transaction.atomic():
        rows = Submission.objects.of(unit).select_for_update().order_by("pk")
        for submission in rows.filter(pk__in=uploads, state=SubmissionState.STAGED):
            actions.cancel(submission=submission, agent=agent, origin=origin, work_elsewhere=False)


def _store_all(uploads: Sequence[Submission], agent: Agent, origin: Origin) -> None:
    """In the caller's transaction: nobody else sees any of it, nor can take one of them up.

    What each would lock is locked for all of them first, in the order in which everybody does.
    """
    for submission in uploads:
        take_unit_and_record(submission.unit_id, submission.record_code)
    buckets.hold(bucket for one in uploads for bucket in one.sight["buckets"])
    for submission in uploads:
        actions.confirm(submission=submission, agent=agent, origin=origin, work_elsewhere=False)
        rows = Submission.everything.filter(pk=submission.pk)
        token = claim(rows.filter(state=SubmissionState.STORING), stage="store")
        if token is None:
            raise NotAsChecked(submission.pk)
        state, _ = store_once(rows, token, trust_sight=True)
        if state != SubmissionState.STORED:
            raise NotAsChecked(submission.pk)
        # No row fails, so there is no error workbook and no cause.
        release(rows, token, state=state, stage="", queued_at=timezone.now(), causes=[])


def _check_anew(submission_id: uuid.UUID) -> None:
    """Forget what is staged of an upload that waits, and check it once more."""
    with transaction.atomic():
        rows = Submission.everything.select_for_update()
        submission = rows.filter(pk=submission_id, state=SubmissionState.STAGED).first()
        if submission is None:
            return
        changed = unstage_rounds(submission)
        submission.state, submission.queued_at = SubmissionState.CHECKING, timezone.now()
        submission.checked_rounds = submission.stored_rounds
        submission.save(update_fields=[*changed, "state", "queued_at", "checked_rounds"])
    check(submission_id)
