"""Notices are read, feedback is given and answered."""

from django.db import transaction
from django.utils import timezone

from accounts.core.columns import length_of
from accounts.core.limits import DAY, Limit, spend
from accounts.core.models import Account
from accounts.core.origin import Origin
from accounts.log.writing import record
from accounts.messages.models import Feedback, Notice
from accounts.messages.notices import notify
from accounts.units.models import Unit
from portal.lib.refused import Refused


def read_notices(account: Account, newest: int) -> int:
    """Mark the account's notices up to the id `newest` as read; returns how many were not.

    One that came while the page was open stays unread. This is no operation of the log: it changes
    nothing but what the reader's own bell shows.
    """
    unread = Notice.objects.filter(account=account, read_at=None, pk__lte=newest)
    return unread.update(read_at=timezone.now())


TEXT_LENGTH, PAGE_LENGTH = length_of(Feedback, "text"), length_of(Feedback, "page")

A_DAY = 20


def give_feedback(
    account: Account, text: str, *, page: str = "", unit: Unit | None = None, origin: Origin
) -> Feedback:
    """Keep what the account wants to tell staff; `page` is where it was, for the unit if any.

    Raises Refused: feedback_empty, feedback_too_long, feedback_too_often.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("feedback_empty")
    if len(text) > TEXT_LENGTH:
        raise Refused("feedback_too_long", found=str(len(text)), limit=str(TEXT_LENGTH))
    limit = Limit("feedback-of-account", str(account.pk), A_DAY, DAY)
    spend("feedback_too_often", limit, times=str(A_DAY))
    return _store(account, text, page[:PAGE_LENGTH], unit, origin)


@transaction.atomic
def _store(account: Account, text: str, page: str, unit: Unit | None, origin: Origin) -> Feedback:
    feedback = Feedback.everything.create(account=account, unit=unit, text=text, page=page)
    # The log says that something was said, not what: that is between the account and staff.
    record(
        "feedback-given", origin=origin.done_by(account), unit=unit, target=f"反馈 {feedback.pk}"
    )
    return feedback


ANSWER_LENGTH = length_of(Feedback, "answer")


@transaction.atomic
def answer_feedback(feedback: Feedback, text: str, *, origin: Origin) -> Feedback:
    """Answer, or answer anew; the newest answer counts.

    Raises Refused: answer_missing, answer_too_long.
    """
    text = text.strip()
    if not text:
        raise Refused("answer_missing")
    if len(text) > ANSWER_LENGTH:
        raise Refused("answer_too_long", found=str(len(text)), limit=str(ANSWER_LENGTH))
    row = Feedback.everything.select_for_update(of=("self",)).get(pk=feedback.pk)
    row.answer, row.answered_at, row.answered_by = text, timezone.now(), origin.doer
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    # The texts stand in the row itself; the log says that and when.
    record("feedback-answered", origin=origin, unit=row.unit, target=f"反馈 {row.pk}")
    notify(row.account, "feedback-answered", text=_short(row.text), answer=_short(text))
    return row


def _short(text: str) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:60]}…"
