"""What a receipt says, and the code by which anybody can have it confirmed.

The code is a signature over the figures, files, unit and agent of the receipt. It holds while the
upload is as the receipt says: an upload whose correction was stored since has another one; one that
was undone, or of whose rows none is left, has none. A correction that is only checked, or not yet,
changes nothing. Keys from before the present one still sign for what they signed
(SECRET_KEY_FALLBACKS).
"""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.core import signing
from django.db.models import Q, QuerySet

from tracing.uploads.models import Round, Submission, SubmissionState

# Rows of it are stored, and at least one is as it wrote it; one that found all rows stored already
# wrote none.
WROTE = Q(created__gt=0) | Q(replaced__gt=0)
HOLDING = Q(stored_rounds__gt=0) & ~Q(state=SubmissionState.UNDONE) & ~(WROTE & Q(live_rows=0))

SALT = "tracing.receipt"
# Between the number of an upload and its code; neither holds one.
BETWEEN = "."
# A token is 32 digits, a point and 43 characters; what is longer is none.
LONGEST = 100


def token_of(submission: Submission) -> str:
    """What stands on the receipt of a stored upload and in its QR code."""
    code = _signer().signature(_facts(submission))
    return f"{submission.pk.hex}{BETWEEN}{code}"


def is_genuine(token: str) -> bool:
    """Whether a receipt with exactly this token was given, and still holds.

    Nothing else can be learnt from it: neither whether there is such an upload nor what became of
    it.
    """
    number, _, code = token[: LONGEST + 1].partition(BETWEEN)
    submission = None
    with suppress(ValueError):
        submission = (
            Submission.everything.select_related("unit")
            .filter(HOLDING, pk=uuid.UUID(number))
            .first()
        )
    # The same work where there is none.
    facts = number if submission is None else _facts(submission)
    try:
        _signer().unsign(f"{facts}{_signer().sep}{code}")
    except signing.BadSignature:
        return False
    return submission is not None


def number_in(token: str) -> str:
    """The number of the receipt, which a genuine token holds for all to read, as receipts have it.

    Beside an answer it shows a genuine token on the paper of another receipt.
    """
    return str(uuid.UUID(token.partition(BETWEEN)[0]))


def files_of(submission: Submission) -> QuerySet[Round]:
    """The files whose rows are stored: a correction that was cancelled, or that only waits for
    确认, is none of them.
    """
    stored = submission.files.filter(number__lte=submission.stored_rounds, dropped_at=None)
    return stored.order_by("number")


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _facts(submission: Submission) -> str:
    """Everything that a receipt says, in one text."""
    files = files_of(submission).values_list("name", "sha256")
    stored_at = submission.stored_at
    stored = [submission.created or 0, submission.replaced or 0, submission.unchanged or 0]
    # What passes, of the rounds that are stored: `accepted` counts a correction that waits, too.
    accepted = sum(stored)
    total = submission.total or 0
    return "\n".join(
        [
            submission.pk.hex,
            submission.unit.uscc,
            submission.record_code,
            str(submission.agent_id),
            "" if stored_at is None else stored_at.isoformat(),
            *map(str, (total, accepted, total - accepted, *stored)),
            *(f"{sha256} {name}" for name, sha256 in files),
        ]
    )
