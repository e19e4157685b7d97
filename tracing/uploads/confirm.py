"""确认: staged rows into the tables that keep them, in one transaction."""

from __future__ import annotations

import time
import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from accounts.core.origin import COMMAND
from accounts.log import writing
from portal.lib.refused import Refused
from tracing.core.advisory_locks import take_unit_and_record
from tracing.jobs.models import MAX_ATTEMPTS, claim, release
from tracing.jobs.patience import patiently
from tracing.jobs.running import kept_alive, still_mine
from tracing.stores import buckets
from tracing.stores.registry import store_of
from tracing.stores.row_faults import RowFault
from tracing.stores.target import UNDOABLE_FOR, Counts, RaceLost
from tracing.uploads import causes, preview, remarks, report, row_results, told, untouched
from tracing.uploads.database_check import asked_again, check_against_database
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.rejected import by_row, failing, of_database, reject, staged_rows, unstage_all
from tracing.uploads.stage import not_applied

TRIES = 3


def store(submission_id: uuid.UUID, token: uuid.UUID | None = None) -> bool:
    """Store a confirmed submission: storing → stored, or back to checking.

    `token` is of a lease that was taken before; without one it is taken here, and nothing is done
    if another runner holds it. Nothing is visible before the commit, and a runner that dies or
    loses its lease leaves nothing behind. True if the staged rows were gone and must be checked
    again first.
    """
    rows = Submission.everything.filter(pk=submission_id)
    token = token or claim(rows.filter(state=SubmissionState.STORING), stage="store")
    if token is None:
        return False
    if rows.get().attempts > MAX_ATTEMPTS:
        _give_up(rows, token)
        return False
    with kept_alive(lambda: Submission.everything.filter(pk=submission_id), token):
        return store_claimed(submission_id, token)


def store_claimed(submission_id: uuid.UUID, token: uuid.UUID) -> bool:
    """As `store`, under a lease that the caller keeps alive; the result gives it back."""
    rows = Submission.everything.filter(pk=submission_id)
    for tries_left in reversed(range(TRIES)):
        try:
            state, fail_as_checked = patiently(
                partial(store_once, rows, token, trust_sight=tries_left == TRIES - 1),
                "store_too_slow",
            )
            break
        except RaceLost:
            if not tries_left:
                raise
        except Refused as refused:
            _give_back(rows, token, refused)
            return False
    if state == SubmissionState.CHECKING:
        release(rows, token, state=state, stage="", queued_at=timezone.now())
    else:
        _finish(rows, token, state, fail_as_checked)
    return state == SubmissionState.CHECKING


def _finish(
    rows: models.QuerySet[Submission],
    token: uuid.UUID,
    state: SubmissionState,
    fail_as_checked: bool,
) -> None:
    """Say what fails by now, and give the lease back; webhooks are told where it is news."""
    submission = rows.select_related("unit").get()
    found = _reported(submission, fail_as_checked)
    with transaction.atomic():
        now = timezone.now()
        done = release(rows, token, state=state, stage="", queued_at=now, causes=found)
        if done and not fail_as_checked:
            told.tell_failing(submission, found)


def _reported(submission: Submission, fail_as_checked: bool) -> list[list[Any]]:
    """Write the workbook of the failing rows, unless it is as the check wrote it; returns their
    causes.
    """
    if not (fail_as_checked and submission.report_path.exists()):
        report.write(submission)
    return causes.kept(submission)


def _give_up(rows: models.QuerySet[Submission], token: uuid.UUID) -> None:
    """storing → staged, with words: the user may confirm once more, or cancel.

    If the rows are stored and only the report failed, they stay stored without it.
    """
    submission = rows.get()
    if submission.stored_rounds == submission.checked_rounds:
        release(rows, token, state=SubmissionState.STORED, stage="", causes=None)
        return
    _give_back(rows, token, Refused("store_gave_up", attempts=str(MAX_ATTEMPTS)))


@transaction.atomic
def _give_back(rows: models.QuerySet[Submission], token: uuid.UUID, refused: Refused) -> None:
    """storing → staged, with the reason. Nothing that was not stored before is stored."""
    submission = rows.select_related("unit").get()
    done = release(
        rows,
        token,
        state=SubmissionState.STAGED,
        stage="",
        confirmed_rounds=submission.stored_rounds,
        refusal_code=refused.code,
        refusal_detail=refused.first.kept,
        checked_at=timezone.now(),
    )
    if done:
        told.tell_upload(submission, "not-stored", code=refused.code)


def store_once(
    rows: models.QuerySet[Submission], token: uuid.UUID, *, trust_sight: bool
) -> tuple[SubmissionState, bool]:
    """One try, in the caller's transaction; returns the state that it leads to: checking if the
    staging table is not whole and must be filled again, staged if all or nothing is to be stored
    and a row fails by now. With it whether the same rows fail as in the check's workbook.

    With `trust_sight` what the check saw counts as long as its buckets are unchanged.
    """
    submission = rows.select_related("unit", "agent__account").get()
    start = time.perf_counter()
    now = timezone.now()
    record_store = store_of(submission.record_code)
    take_unit_and_record(submission.unit_id, submission.record_code)
    if submission.stored_rounds == submission.checked_rounds:
        return SubmissionState.STORED, False
    if submission.barred:  # A runner that ended after it had kept the lost rows.
        return SubmissionState.STAGED, False
    if staged_rows(submission) != submission.staged_rows:
        return SubmissionState.CHECKING, False
    sight = submission.sight
    unchanged = buckets.lock(sight["buckets"]) == sight["version"] and trust_sight
    lost = _reject_lost(submission, codes_unchanged=unchanged)
    if lost and submission.all_or_nothing:
        _keep_lost(submission, token)
        return SubmissionState.STAGED, False
    none_known = unchanged and sight["known"] == 0
    row_results.keep_stored(submission, none_known=none_known)
    counts = record_store.store(submission.pk, submission.unit_id, now, none_known=none_known)
    rests_on = untouched.rests_on(submission, unchanged=counts.unchanged)
    unstage_all(submission)
    _write_result(submission, token, counts, lost, now, time.perf_counter() - start, rests_on)
    return SubmissionState.STORED, not lost


def _reject_lost(submission: Submission, *, codes_unchanged: bool) -> int:
    """Reject the rows that the database refuses now although it took them at the check."""
    settled = check_against_database(submission, codes_unchanged=codes_unchanged, remarks=False)
    rows = by_row(_as_lost(fault) for faults in settled.refused.values() for fault in faults)
    reject(submission.pk, submission.rounds, of_database(rows, settled.cells))
    again = asked_again(submission, settled.warnings)
    remarks.say_anew(submission, again)
    row_results.say_anew(submission, again)
    if settled.kept:
        last = submission.files.get(number=submission.rounds)
        remarks.note(last, not_applied(submission.record, settled.kept))
        last.save(update_fields=["warnings", "first_warnings"])
    return len(rows)


def _keep_lost(submission: Submission, token: uuid.UUID) -> None:
    """Nothing is stored: the rows that were lost fail, the others are staged as they were, and the
    refusal says so.
    """
    still_failing = failing(submission.pk)
    refused = Refused("rows_lost", rows=str(still_failing))
    submission.rejected = still_failing
    submission.accepted = (submission.total or 0) - still_failing
    still_mine(
        Submission.everything.filter(pk=submission.pk),
        token,
        rejected=submission.rejected,
        accepted=submission.accepted,
        staged_rows=staged_rows(submission),
        confirmed_rounds=submission.stored_rounds,
        refusal_code=refused.code,
        refusal_detail=refused.first.kept,
        checked_at=timezone.now(),
        **remarks.summed(submission, rounds=submission.rounds),
    )
    told.tell_upload(submission, "not-stored", code=refused.code)


def _as_lost(fault: RowFault) -> RowFault:
    """A code of another unit that was free at the check was lost in a race."""
    return fault._replace(code="lost_race") if fault.code == "owned_by_other" else fault


def _write_result(
    submission: Submission,
    token: uuid.UUID,
    counts: Counts,
    lost: int,
    now: datetime,
    seconds: float,
    rests_on: dict[str, int] | None,
) -> None:
    """The counts and the log entry, in the transaction that stores the rows.

    The state follows when the report is written; until then `stored_rounds` already says
    that the rows are stored, so a runner that begins again has nothing left to store.
    """
    still_failing = failing(submission.pk)
    total = submission.total or 0
    changes: dict[str, Any] = {
        **remarks.summed(submission, rounds=submission.rounds),
        "stored_rounds": submission.checked_rounds,
        "staged_rows": 0,
        "rejected": still_failing,
        "accepted": total - still_failing,
        "created": (submission.created or 0) + counts.created,
        "replaced": (submission.replaced or 0) + counts.replaced,
        "unchanged": (submission.unchanged or 0) + counts.unchanged,
        "live_rows": F("live_rows") + counts.written,
        "undoable_until": submission.undoable_until or now + UNDOABLE_FOR,
        "rests_on": rests_on,
        "preview": preview.came_true(submission.preview, counts),
        "stored_at": now,
        "seconds": {**submission.seconds, "store": round(seconds, 3)},
    }
    still_mine(Submission.everything.filter(pk=submission.pk), token, **changes)
    submission.rejected, submission.accepted = still_failing, total - still_failing
    sums = {name: changes[name] for name in ("created", "replaced", "unchanged")}
    told.tell_upload(submission, "stored", **sums)
    writing.record(
        "rows-stored",
        origin=COMMAND.done_by(submission.agent.account),
        unit=submission.unit,
        target=str(submission.pk),
        after={
            "record": submission.record_code,
            "created": counts.created,
            "replaced": counts.replaced,
            "unchanged": counts.unchanged,
            "lost": lost,
        },
    )
