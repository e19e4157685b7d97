"""帮助与反馈: what an account told staff, and their answers."""

from django.core.paginator import Page, Paginator

from accounts.models import Account, Feedback

FEEDBACK_PAGE = 10


def feedback_page(account: Account, number: int) -> Page[Feedback]:
    """Return one page of the account's own feedback, newest first; a wrong number is mended."""
    own = Feedback.everything.filter(account=account).order_by("-pk")
    return Paginator(own, FEEDBACK_PAGE).get_page(number)
