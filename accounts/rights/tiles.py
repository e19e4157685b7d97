"""The tiles of the agent's hall: what each business is to this agent for this unit."""

from collections.abc import Mapping
from typing import NamedTuple

from django.urls import reverse

from accounts.agents.models import Agent
from accounts.core.kinds import kind_words
from accounts.rights.businesses import (
    BUSINESSES,
    DENIED_MARK,
    ELSEWHERE_MARK,
    GROUPS,
    SOON,
    SOON_MARK,
    WRONG_KIND,
    Business,
    Group,
)
from accounts.rights.holding import NOT_HELD, STANDS_IN_MARK, Holding, bar_of
from accounts.units.models import Unit


class Tile(NamedTuple):
    """`address`: the page it opens; empty for a tile that says `notice` in a dialog instead.

    `mark` is the word on it: why it is shut, or until when the agent stands in. `ask`: where
    the agent can ask the unit account for the business; empty where asking would not help.
    """

    business: Business
    address: str = ""
    mark: str = ""
    notice: str = ""
    ask: str = ""


class Section(NamedTuple):
    """A group with its tiles."""

    group: Group
    tiles: list[Tile]


def sections(unit: Unit, agent: Agent, hands: Mapping[str, Holding]) -> list[Section]:
    """Return the hall of an agent for a unit whose businesses are in these hands."""
    return [
        Section(
            group,
            [
                tile_of(b, unit, agent, hands.get(b.code))
                for b in BUSINESSES.values()
                if b.group is group
            ],
        )
        for group in GROUPS
    ]


def tile_of(business: Business, unit: Unit, agent: Agent, hand: Holding | None) -> Tile:
    """Return what one business, which is in this hand, is to the agent."""
    title = business.title
    if not business.served:
        return Tile(
            business, mark=ELSEWHERE_MARK, notice=business.group.elsewhere.format(title=title)
        )
    if not business.kinds & unit.kinds:
        kinds = kind_words(business.kinds)
        notice = WRONG_KIND.format(title=title, kinds=kinds, unit=unit.name)
        return Tile(business, mark=DENIED_MARK, notice=notice)
    if bar := bar_of(hand, agent, unit_open=unit.is_open):
        ask = asking(unit, business) if bar == NOT_HELD else ""
        return Tile(business, mark=bar.mark, notice=bar.sentence, ask=ask)
    address = page_address(business, unit)
    if not address:
        return Tile(business, mark=SOON_MARK, notice=SOON.format(title=title))
    until = STANDS_IN_MARK.format(**hand.details()) if hand and hand.until else ""
    return Tile(business, address=address, mark=until)


def page_address(business: Business, unit: Unit) -> str:
    """Where a business of the unit is done; nowhere if it has no page, or is not for such units."""
    if not (business.served and business.url_name and business.kinds & unit.kinds):
        return ""
    return reverse(business.url_name, args=[unit.slug])


def asking(unit: Unit, business: Business) -> str:
    """Where an agent asks the unit account for a business; nowhere if the unit has none such."""
    if not business.kinds & unit.kinds:
        return ""
    return reverse("accounts:access-request", args=[unit.slug, business.code])
