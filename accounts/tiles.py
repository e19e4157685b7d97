"""The tiles of the agent's hall: what each business is to this agent for this unit."""

from typing import NamedTuple

from django.urls import reverse

from accounts.businesses import (
    ALL,
    DENIED,
    DENIED_MARK,
    ELSEWHERE_MARK,
    GROUPS,
    SOON,
    SOON_MARK,
    WRONG_KIND,
    Business,
    Group,
    kind_words,
)
from accounts.models import Unit


class Tile(NamedTuple):
    """`address`: the page it opens; empty for a tile that says `notice` in a dialog instead.

    `mark` is the word on such a tile.
    """

    business: Business
    address: str = ""
    mark: str = ""
    notice: str = ""


class Section(NamedTuple):
    """A group with its tiles."""

    group: Group
    tiles: list[Tile]


def sections(unit: Unit, held: frozenset[str]) -> list[Section]:
    """Return the hall for an agent who holds the businesses `held` of the unit."""
    return [
        Section(group, [tile_of(b, unit, held) for b in ALL if b.group is group])
        for group in GROUPS
    ]


def tile_of(business: Business, unit: Unit, held: frozenset[str]) -> Tile:
    """Return what one business is to an agent who holds the businesses `held` of the unit."""
    title = business.title
    if not business.served:
        return Tile(
            business, mark=ELSEWHERE_MARK, notice=business.group.elsewhere.format(title=title)
        )
    if not business.kinds & unit.kinds:
        kinds = kind_words(business.kinds)
        notice = WRONG_KIND.format(title=title, kinds=kinds, unit=unit.name)
        return Tile(business, mark=DENIED_MARK, notice=notice)
    if business.code not in held:
        return Tile(business, mark=DENIED_MARK, notice=DENIED)
    if not business.url_name:
        return Tile(business, mark=SOON_MARK, notice=SOON.format(title=title))
    return Tile(business, address=reverse(business.url_name, args=[unit.slug]))
