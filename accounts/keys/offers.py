"""What other apps put on the page of 接口调用自助服务: links to documents and further pages.

They say what they have when they start; accounts knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from accounts.units.models import Unit


class Link(NamedTuple):
    """A link. `downloads`: it leads to a file and not to a page."""

    title: str
    address: str
    downloads: bool = False


Offer = Callable[[Unit], Iterable[Link]]
_OFFERS: list[Offer] = []


def declare(offer: Offer) -> None:
    """Add links: given the unit whose page it is, the offer returns those that its kinds have.

    Each leads to what whoever does the business may open.
    """
    _OFFERS.append(offer)


def offered(unit: Unit) -> list[Link]:
    """Return all links for a unit, in the order in which they were declared."""
    return [link for offer in _OFFERS for link in offer(unit)]
