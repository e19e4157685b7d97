"""帮助与反馈: a question or a complaint to staff."""

from django.db import transaction

from accounts.actions.rates import spend
from accounts.limits import DAY, Limit
from accounts.log import record
from accounts.models import Account, Feedback, Unit
from accounts.models.lengths import length_of
from accounts.origin import Origin
from accounts.refusals import Refused, refusal

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
        raise Refused(refusal("feedback_empty"))
    if len(text) > TEXT_LENGTH:
        raise Refused(refusal("feedback_too_long", found=str(len(text)), limit=str(TEXT_LENGTH)))
    limit = Limit("feedback-of-account", str(account.pk), A_DAY, DAY)
    spend("feedback_too_often", limit, times=str(A_DAY))
    return _store(account, text, page[:PAGE_LENGTH], unit, origin)


@transaction.atomic
def _store(account: Account, text: str, page: str, unit: Unit | None, origin: Origin) -> Feedback:
    feedback = Feedback.everything.create(account=account, unit=unit, text=text, page=page)
    # The log says that something was said, not what: that is between the account and staff.
    record("feedback-given", by=account, origin=origin, unit=unit, target=f"反馈 {feedback.pk}")
    return feedback
