"""Uploads as they wait for a worker, and all the work that one of them waits for."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from tracing.jobs.turns import Line, is_small, take_turn
from tracing.uploads import check, confirm, undo
from tracing.uploads.models import RUNNING, Round, Submission, SubmissionState
from tracing.uploads.workbook.layout import ROWS_SUFFIX


def check_and_store(submission_id: uuid.UUID, most_rows: int | None = None) -> uuid.UUID:
    """Check, store and undo until nothing is left that this runner may do.

    Returns the submission where the work ended: another one, if the upload was a corrected
    error workbook. Raises `GrewLarge` if a first file has over `most_rows`.
    """
    while True:
        following = check.check(submission_id, most_rows=most_rows, store=confirm.store_claimed)
        if following is not None:
            submission_id = following
        elif not confirm.store(submission_id):
            undo.run(submission_id)
            return submission_id


# Checked or stored within a second or two. A file of a few bytes may unpack to very many rows: when
# it has been read its rows count. An array is not packed.
SMALL_BYTES = 128 << 10
SMALL_ARRAY = 4 << 20
SMALL_ROWS = 5_000


def _rows() -> models.QuerySet[Submission]:
    """Those that wait or run. How large a check is, its newest file tells: a check done again after
    a crash reads the older ones too, which is rare.
    """
    packed = Q(size__gt=SMALL_BYTES) & ~Q(stored_name__endswith=ROWS_SUFFIX)
    files = Round.objects.filter(submission=OuterRef("pk")).order_by("-number")
    newest = files.values_list(ExpressionWrapper(packed | Q(size__gt=SMALL_ARRAY), BooleanField()))
    storing = Q(state=SubmissionState.STORING)
    undoing = Q(state=SubmissionState.UNDOING)
    checking = ~storing & ~undoing
    large = (
        (storing & Q(staged_rows__gt=SMALL_ROWS))
        | (undoing & Q(live_rows__gt=SMALL_ROWS))
        | (checking & Q(newest_large=True))
        | (checking & Q(checked_rounds=0, total__gt=SMALL_ROWS))
    )
    rows = Submission.everything.filter(state__in=RUNNING)
    sized = rows.annotate(newest_large=Subquery(newest[:1]))
    return sized.annotate(large=Case(When(large, then=Value(True)), default=Value(False)))


# What is done in these states, in one step.
STAGES = {SubmissionState.STORING: "store", SubmissionState.UNDOING: "undo"}


def _claimed(submission: Submission) -> dict[str, Any]:
    if submission.state in STAGES:
        return {"stage": STAGES[SubmissionState(submission.state)]}
    return {"state": SubmissionState.CHECKING}


IMPORTS = Line[Submission](
    "imports", _rows, workers=lambda: settings.PORTAL_IMPORT_WORKERS, claimed=_claimed
)


def work_in_turn() -> None:
    """Check, store or undo the upload whose turn it is, if any."""
    turn = take_turn(IMPORTS)
    if turn is None:
        return
    submission, token = turn
    if submission.state == SubmissionState.UNDOING:
        undo.run(submission.pk, token)
    elif submission.state != SubmissionState.STORING:
        most_rows = SMALL_ROWS if is_small(IMPORTS, submission) else None
        with suppress(check.GrewLarge):
            following = check.check(submission.pk, token, most_rows)
            check_and_store(following or submission.pk)
    elif confirm.store(submission.pk, token):
        check_and_store(submission.pk)
