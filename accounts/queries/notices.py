"""What an account was told (消息)."""

from django.core.paginator import Page, Paginator

from accounts.models import Account, Notice

NOTICES_PAGE = 20
# The bell counts no further.
MOST_UNREAD = 99


def unread_notices(account: Account) -> int:
    """Return how many notices the account has not read, at most one more than MOST_UNREAD."""
    unread = Notice.objects.filter(account=account, read_at=None)
    return unread.order_by("-pk")[: MOST_UNREAD + 1].count()


def notices_page(account: Account, number: int) -> Page[Notice]:
    """Return one page of the account's notices, newest first; a wrong number is mended."""
    notices = Notice.objects.filter(account=account).order_by("-pk")
    return Paginator(notices, NOTICES_PAGE).get_page(number)
