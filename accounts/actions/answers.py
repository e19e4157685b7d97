"""帮助与反馈, the staff's side: an answer, of which the asker is told."""

from django.db import transaction
from django.utils import timezone

from accounts.log import record
from accounts.models import Account, Feedback
from accounts.models.lengths import length_of
from accounts.notices import notify
from accounts.origin import COMMAND, Origin
from accounts.refusals import Refused, refusal

ANSWER_LENGTH = length_of(Feedback, "answer")


@transaction.atomic
def answer_feedback(
    feedback: Feedback, text: str, *, by: Account, origin: Origin = COMMAND
) -> Feedback:
    """Answer, or answer anew; the newest answer counts.

    Raises Refused: answer_missing, answer_too_long.
    """
    text = text.strip()
    if not text:
        raise Refused(refusal("answer_missing"))
    if len(text) > ANSWER_LENGTH:
        raise Refused(refusal("answer_too_long", found=str(len(text)), limit=str(ANSWER_LENGTH)))
    row = Feedback.everything.select_for_update(of=("self",)).get(pk=feedback.pk)
    row.answer, row.answered_at, row.answered_by = text, timezone.now(), by
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    # The texts stand in the row itself; the log says that and when.
    record("feedback-answered", by=by, origin=origin, unit=row.unit, target=f"反馈 {row.pk}")
    notify(row.account, "feedback-answered", text=_short(row.text), answer=_short(text))
    return row


def _short(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60]}…"
