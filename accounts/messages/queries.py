"""Notices, documents and feedback, as an account sees them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Func, IntegerField, OuterRef, QuerySet

from accounts.core.models import Account
from accounts.messages.models import Document, Feedback, Notice

NOTICES_PAGE = 20

# The bell counts no further.
MOST_UNREAD = 99


def unread_notices(account: Account) -> int:
    """Return how many notices the account has not read, at most one more than MOST_UNREAD."""
    return _unread(account).count()


def unread_of(account: str) -> Func:
    """The same as part of another statement; `account`: the column there."""
    rows = ArraySubquery(_unread(OuterRef(account)).values("pk"))
    return Func(rows, function="cardinality", output_field=IntegerField())


def _unread(account: Account | OuterRef) -> QuerySet[Notice]:
    unread = Notice.objects.filter(account=account, read_at=None)
    return unread.order_by("-pk")[: MOST_UNREAD + 1]


def notices_page(account: Account, number: int) -> Page[Notice]:
    """Return one page of the account's notices, newest first; a wrong number is mended."""
    notices = Notice.objects.filter(account=account).order_by("-pk")
    return Paginator(notices, NOTICES_PAGE).get_page(number)


def documents() -> list[Document]:
    """Return the documents that are shown, in their order."""
    return list(Document.objects.filter(shown=True))


def document(document_id: int) -> Document | None:
    """Return one of them."""
    return Document.objects.filter(shown=True, pk=document_id).first()


FEEDBACK_PAGE = 10


def feedback_page(account: Account, number: int) -> Page[Feedback]:
    """Return one page of the account's own feedback, newest first; a wrong number is mended."""
    own = Feedback.everything.filter(account=account).order_by("-pk")
    return Paginator(own, FEEDBACK_PAGE).get_page(number)
