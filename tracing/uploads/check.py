"""From a received file to staged rows and a report: the steps of a check, in order."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.lib.refused import Refused
from tracing.core.fault_levels import levels_in_force
from tracing.jobs.models import MAX_ATTEMPTS, claim, release
from tracing.jobs.patience import patiently
from tracing.jobs.running import kept_alive, still_mine
from tracing.library.in_force import rules_in_force
from tracing.records.checking import check_rows
from tracing.records.terms import Context
from tracing.uploads import causes, preview, remarks, report, rounds, row_results, stage, told
from tracing.uploads.file_remarks import file_remarks
from tracing.uploads.models import Round, Submission, SubmissionState
from tracing.uploads.row_operations import confirmed_rows
from tracing.uploads.unconfirmed import not_as_confirmed
from tracing.uploads.workbook.limits import COMMAND_LIMITS, PAGE_LIMITS, Limits
from tracing.uploads.workbook.read import Sheet, read, read_here

LIMITS: dict[str, Limits] = {
    Submission.Source.PAGE: PAGE_LIMITS,
    Submission.Source.API: PAGE_LIMITS,
    Submission.Source.COMMAND: COMMAND_LIMITS,
}
logger = logging.getLogger(__name__)
TO_CHECK = (SubmissionState.RECEIVED, SubmissionState.CHECKING)


# Stores what is staged, by the lease that the check holds; as `confirm.store_claimed`.
Store = Callable[[uuid.UUID, uuid.UUID], bool]


class GrewLarge(Exception):
    """A file has more rows than its turn was taken for. It waits again, and its rows are known."""


def check(
    submission_id: uuid.UUID,
    token: uuid.UUID | None = None,
    most_rows: int | None = None,
    store: Store | None = None,
) -> uuid.UUID | None:
    """Check what is unchecked of a submission: received → staged, refused or merged.

    `token` is of a lease that was taken before; without one it is taken here, and nothing is done
    if another runner holds it. Returns the submission to check next: the one whose corrected error
    workbook this upload was, or this one where its rows were lost before they were stored, or None.
    Where 确认 was given before, `store` goes on under the same lease. Raises `GrewLarge` if its
    first file has over `most_rows`.
    """
    rows = Submission.everything.filter(pk=submission_id)
    token = token or claim(rows.filter(state__in=TO_CHECK), state=SubmissionState.CHECKING)
    if token is None:
        return None
    with kept_alive(lambda: Submission.everything.filter(pk=submission_id), token):
        one = _Check(rows.select_related("unit").get(), token, most_rows, goes_on=store is not None)
        following = one.run()
        if one.is_storing and store is not None and store(submission_id, token):
            return submission_id
        return following


class _Check:
    """One claimed check."""

    def __init__(
        self, submission: Submission, token: uuid.UUID, most_rows: int | None, *, goes_on: bool
    ) -> None:
        self.submission = submission
        self.token = token
        self.most_rows = most_rows
        self.goes_on = goes_on
        self.is_storing = False
        self.rows = Submission.everything.filter(pk=submission.pk)
        # Whether rows were checked: it may be a report alone that has to be written anew.
        self.judged = False
        self.seconds: dict[str, float] = {"read": 0.0, "check": 0.0, "stage": 0.0}
        self.shown = True

    def run(self) -> uuid.UUID | None:
        submission = self.submission
        if submission.attempts > MAX_ATTEMPTS:
            self._give_up()
            return None
        first = rounds.first_unchecked(submission, self.token)
        for number in range(first, submission.rounds + 1):
            file = submission.files.get(number=number)
            # What is read within a moment is also checked before a page could show the step.
            self.shown = not read_here(file.path, file.size)
            try:
                target = self._round(file)
            except Refused as refused:
                if number == 1:
                    self._refuse(refused)
                    return None
                self._refuse_round(file, refused)
            else:
                if target is not None:
                    return target
        with self._timed("check"):
            report.write(submission)
        self._finish()
        return None

    def _round(self, file: Round) -> uuid.UUID | None:
        """Check one file; its rows are forgotten before the report is written. Returns the
        submission to check next, if the file is a corrected error workbook.
        """
        sheet = self._read(file)
        if self.most_rows is not None and file.number == 1 and len(sheet.rows) > self.most_rows:
            release(self.rows, self.token, stage="", total=len(sheet.rows))
            raise GrewLarge
        target = rounds.target_of(self.submission, file.number, sheet)
        if target is not None:
            return rounds.merge(self.submission, self.token, file, target)
        self._judge(file, sheet)
        return None

    def _read(self, file: Round) -> Sheet:
        # The other rounds do not read it, and trying again does not bring it back.
        if not file.path.exists():
            logger.error("%s is not there: is PORTAL_DATA that of the website?", file.path)
            raise Refused("file_missing")
        with self._timed("read"):
            return read(file.path, self.submission.record, LIMITS[self.submission.source])

    def _judge(self, file: Round, sheet: Sheet) -> None:
        """Check the rows, stage the good ones, keep the others; all of it or nothing."""
        submission = self.submission
        with self._timed("check"):
            numbers, misplaced = (
                (sheet.rows, []) if file.number == 1 else rounds.carried_rows(submission, sheet)
            )
            rules = rules_in_force()
            context = Context(
                today=timezone.localdate(),
                unit_uscc=submission.unit.uscc,
                levels=levels_in_force(),
                row_numbers=numbers,
                rules=rules,
            )
            checked = check_rows(submission.record, sheet.columns, context)
            checked.findings.add(misplaced)

        def staged() -> None:
            outcome = stage.stage(submission, file.number, numbers, sheet.columns, checked)
            file.rows, file.normalised = len(numbers), outcome.normalised
            file.rules_version = rules.version
            file.warnings, file.first_warnings = {}, []
            file.refusal_code, file.refusal_detail = None, []
            of_file = file_remarks(submission.record, sheet)
            found = chain(of_file, outcome.warnings)
            warned = list(found) if row_results.are_kept(submission) else found
            remarks.note(file, warned)
            file.save()
            self._note(file, outcome)
            if row_results.are_kept(submission):
                none_known = outcome.sight["known"] == 0
                row_results.keep_checked(submission, warned, none_known=none_known)

        with self._timed("stage"):
            patiently(staged, "check_too_slow")
        self.judged = True

    def _note(self, file: Round, outcome: stage.Outcome) -> None:
        """Write the counts that the staged and rejected rows now give."""
        submission = self.submission
        changes: dict[str, Any] = {
            "checked_rounds": file.number,
            "total": file.rows if file.number == 1 else submission.total,
            "rejected": outcome.failing,
            "staged_rows": outcome.staged,
            "sight": outcome.sight,
            "preview": None
            if self.goes_on and submission.confirmed_rounds == submission.rounds
            else preview.foresee(submission, none_known=outcome.sight["known"] == 0),
            "checked_at": timezone.now(),
            **remarks.summed(submission, rounds=file.number),
        }
        changes["accepted"] = changes["total"] - outcome.failing
        still_mine(self.rows, self.token, **changes)
        for name, value in changes.items():
            setattr(submission, name, value)

    def _finish(self) -> None:
        submission = self.submission
        with self._timed("check"):
            found = causes.kept(submission)
        submission.refresh_from_db(fields=["confirmed_rounds", "stored_rounds", "seconds"])
        changes: dict[str, Any] = {"state": SubmissionState.STAGED}
        if submission.stored_rounds and not submission.staged_rows:
            changes["state"] = SubmissionState.STORED
        elif submission.confirmed_rounds == submission.rounds:
            changes = self._confirmed_before()
        changes |= {
            "checked_rounds": submission.rounds,
            "queued_at": timezone.now(),
            "seconds": {**submission.seconds, **self.seconds},
            "causes": found,
        }
        goes_on = self.goes_on and changes["state"] == SubmissionState.STORING
        with transaction.atomic():
            if goes_on:
                # As if it were released and claimed at once.
                still_mine(self.rows, self.token, stage="store", attempts=1, **changes)
            done = goes_on or release(self.rows, self.token, stage="", **changes)
            if done and self.judged:
                self._tell(changes, found)
        self.is_storing = goes_on

    def _tell(self, changes: dict[str, Any], found: list[list[Any]]) -> None:
        """Tell webhooks what the check has found, in the transaction that writes it."""
        if changes["state"] == SubmissionState.STAGED:
            told.tell_checked(self.submission, changes.get("refusal_code", ""))
        told.tell_failing(self.submission, found)

    def _confirmed_before(self) -> dict[str, Any]:
        """What becomes of an upload that 确认 was given for before it had to be checked again, or
        when it came."""
        submission = self.submission
        if submission.barred and confirmed_rows(submission) is None:
            return {
                "state": SubmissionState.STAGED,
                "confirmed_rounds": submission.stored_rounds,
            }
        why = not_as_confirmed(submission)
        if why is not None:
            return {
                "state": SubmissionState.STAGED,
                "confirmed_rounds": submission.stored_rounds,
                "refusal_code": why.code,
                "refusal_detail": why.kept,
            }
        staged = bool(submission.staged_rows)
        return {"state": SubmissionState.STORING if staged else SubmissionState.STAGED}

    def _give_up(self) -> None:
        """Refuse the files that were not checked in all attempts; earlier rounds stand."""
        submission = self.submission
        refused = Refused("gave_up", attempts=str(MAX_ATTEMPTS))
        first = rounds.first_unchecked(submission, self.token)
        if first == 1:
            self._refuse(refused)
            return
        for file in submission.files.filter(number__gte=first).order_by("number"):
            self._refuse_round(file, refused)
        self._finish()
        # At last, because it may be what failed: without a report the counts still stand.
        report.write(Submission.everything.get(pk=submission.pk))

    @transaction.atomic
    def _refuse(self, refused: Refused) -> None:
        done = release(
            self.rows,
            self.token,
            state=SubmissionState.REFUSED,
            stage="",
            refusal_code=refused.code,
            refusal_detail=refused.first.kept,
            seconds=self.seconds,
        )
        if done:
            told.tell_upload(self.submission, "refused", code=refused.code)

    def _refuse_round(self, file: Round, refused: Refused) -> None:
        """A corrected workbook that cannot be read changes nothing but says why."""
        file.refusal_code, file.refusal_detail = refused.code, refused.first.kept
        file.save(update_fields=["refusal_code", "refusal_detail"])
        still_mine(self.rows, self.token, checked_rounds=file.number)
        self.submission.checked_rounds = file.number

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        """Say on the page which step runs, and keep how many seconds it took."""
        if self.shown:
            still_mine(self.rows, self.token, stage=step)
        start = time.perf_counter()
        yield
        self.seconds[step] += time.perf_counter() - start
