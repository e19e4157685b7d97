"""撤销 as a piece of work: undoing → undone, in one transaction, by whoever holds the lease."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.log import writing
from portal.lib.refused import Refused
from tracing.jobs.models import MAX_ATTEMPTS, claim, release
from tracing.jobs.patience import patiently
from tracing.jobs.running import kept_alive, still_mine
from tracing.stores.registry import store_of
from tracing.stores.undoing import FAULT, Outcome, Undo
from tracing.uploads import fates_book, told
from tracing.uploads.kept_files import undo_workbook
from tracing.uploads.models import Submission, SubmissionState


def run(submission_id: uuid.UUID, token: uuid.UUID | None = None) -> None:
    """Undo an upload for which somebody asked.

    `token` is of a lease that was taken before; without one it is taken here, and nothing is done
    if another runner holds it, or nobody asked. A runner that dies leaves nothing behind.
    """
    rows = Submission.everything.filter(pk=submission_id)
    token = token or claim(rows.filter(state=SubmissionState.UNDOING), stage="undo")
    if token is None:
        return
    if rows.get().attempts > MAX_ATTEMPTS:
        _give_back(rows, token, Refused("undo_gave_up", attempts=str(MAX_ATTEMPTS)))
        return
    with kept_alive(lambda: Submission.everything.filter(pk=submission_id), token):
        try:
            patiently(partial(_once, rows, token), "undo_too_slow")
        except Refused as refused:
            _give_back(rows, token, refused)
        else:
            release(rows, token)


@transaction.atomic
def _give_back(rows: models.QuerySet[Submission], token: uuid.UUID, refused: Refused) -> None:
    """undoing → stored, with the reason; no row has changed."""
    done = release(
        rows,
        token,
        state=SubmissionState.STORED,
        stage="",
        refusal_code=refused.code,
        refusal_detail=refused.first.kept,
    )
    if done:
        told.tell_undo(rows.select_related("unit").get(), "failed", code=refused.code)


def _once(rows: models.QuerySet[Submission], token: uuid.UUID) -> None:
    """One try, in the caller's transaction."""
    submission = rows.select_related("unit", "undone_by__account").get()
    now = timezone.now()
    undo = _undo_of(submission)
    outcome = undo.run(now)
    fates_book.write(undo_workbook(submission), submission.record, undo, outcome)
    still_mine(
        Submission.everything.filter(pk=submission.pk),
        token,
        state=SubmissionState.UNDONE,
        stage="",
        undone_at=now,
        undo=kept(outcome),
    )
    asked = submission.undone_by
    counts = {
        "voided": outcome.voided,
        "restored": outcome.restored,
        "kept": sum(outcome.stay.values()) - outcome.stay.get(FAULT, 0),
        "failed": outcome.stay.get(FAULT, 0),
    }
    told.tell_undo(submission, "undone", **counts)
    writing.record(
        "upload-undone",
        origin=COMMAND if asked is None else COMMAND.done_by(asked.account),
        unit=submission.unit,
        target=str(submission.pk),
        after={"record": submission.record_code, **counts},
    )


def _undo_of(submission: Submission) -> Undo:
    return Undo(store_of(submission.record_code), submission.pk, submission.unit_id)


def planned(submission: Submission) -> Outcome:
    """What an undo would do now; in a transaction of the caller's, which changes nothing."""
    return _undo_of(submission).plan()


def kept(outcome: Outcome) -> dict[str, Any]:
    """An outcome as the submission keeps it."""
    return {
        "voided": outcome.voided,
        "restored": outcome.restored,
        "stay": dict(outcome.stay),
        "first": [list(row) for row in outcome.first],
    }
