"""What a receipt says, and the code by which anybody can have it confirmed.

The code is a signature over every fact of the receipt. It holds while the upload is as the receipt
says: an upload that was corrected since has another one, and one that was undone has none. Keys
from before the present one still sign for what they signed (SECRET_KEY_FALLBACKS).
"""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.core import signing
from django.db.models import QuerySet

from tracing.uploads.models import Round, Submission, SubmissionState

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
            .filter(pk=uuid.UUID(number), state=SubmissionState.STORED)
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
    """The files whose rows it has: a correction that was cancelled is none of them."""
    return submission.files.filter(dropped_at=None).order_by("number")


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _facts(submission: Submission) -> str:
    """Everything that a receipt says, in one text."""
    files = files_of(submission).values_list("name", "sha256")
    stored_at = submission.stored_at
    return "\n".join(
        [
            submission.pk.hex,
            submission.unit.uscc,
            submission.record_code,
            str(submission.agent_id),
            "" if stored_at is None else stored_at.isoformat(),
            *(
                str(count)
                for count in (
                    submission.total,
                    submission.accepted,
                    submission.rejected,
                    submission.created,
                    submission.replaced,
                    submission.unchanged,
                )
            ),
            *(f"{sha256} {name}" for name, sha256 in files),
        ]
    )
