"""The business pages an agent has open in the hall of a unit.

They are how a person's desk looks and change nothing of the unit's, so the operation log does not
tell of them.
"""

from collections.abc import Callable

from django.db import transaction

from accounts.agents.models import Membership

OPEN_AT_MOST = 10


def open_page(membership: Membership, business: str) -> None:
    """Add a business to the open pages, if it is not among them; beyond ten the oldest goes."""
    if business not in membership.open_pages:
        _change(membership, lambda pages: [*_without(pages, business), business][-OPEN_AT_MOST:])


def close_page(membership: Membership, business: str) -> None:
    """Take a business from the open pages, if it is among them."""
    if business in membership.open_pages:
        _change(membership, lambda pages: _without(pages, business))


@transaction.atomic
def _change(membership: Membership, change: Callable[[list[str]], list[str]]) -> None:
    """Change the pages as they stand now, which another tab may have changed since."""
    rows = Membership.everything.select_for_update(no_key=True).filter(pk=membership.pk)
    row = rows.first()
    if row is None:
        return
    row.open_pages = membership.open_pages = change(row.open_pages)
    row.save(update_fields=["open_pages"])


def _without(pages: list[str], business: str) -> list[str]:
    return [page for page in pages if page != business]
