"""Reading what one was told."""

from django.utils import timezone

from accounts.models import Account, Notice


def read_notices(account: Account, newest: int) -> int:
    """Mark the account's notices up to the id `newest` as read; returns how many were not.

    One that came while the page was open stays unread. This is no operation of the log: it changes
    nothing but what the reader's own bell shows.
    """
    unread = Notice.objects.filter(account=account, read_at=None, pk__lte=newest)
    return unread.update(read_at=timezone.now())
