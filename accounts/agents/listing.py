"""The list of 单位经办人: a page of the unit's agents, found by name, with what each may do now."""

from typing import Any, NamedTuple

from accounts.agents.forms import AgentSearch
from accounts.agents.models import Agent, Membership
from accounts.agents.queries import members_page
from accounts.core.names import mask_mobile
from accounts.core.requests import UnitRequest, whole
from accounts.rights import queries
from accounts.rights.businesses import BUSINESSES
from accounts.rights.holding import RESTS_MARK, STANDS_IN_MARK, Holding


class Right(NamedTuple):
    """A business in the list; `mark` says that a stand-in runs."""

    title: str
    mark: str = ""


class Row(NamedTuple):
    """One line of the list."""

    number: int
    member: Membership
    mobile: str
    rights: list[Right]

    @property
    def agent(self) -> Agent:
        """Who it is."""
        return self.member.agent


def listing(request: UnitRequest) -> dict[str, Any]:
    """Return the context of the list: ?name= narrows it, ?page= is the page."""
    search = AgentSearch(request.GET)
    page = members_page(request.unit, search.words(), whole(request.GET, "page", 1))
    hands = list(queries.holdings(request.unit).values())
    rows = [
        Row(number, member, mask_mobile(member.agent.mobile), _rights(member.agent, hands))
        for number, member in enumerate(page.object_list, page.start_index())
    ]
    return {"page": page, "rows": rows, "search": search}


def _rights(agent: Agent, hands: list[Holding]) -> list[Right]:
    """What the agent holds or does in another's place, in the hall's order."""
    order = list(BUSINESSES)
    mine = [hand for hand in hands if agent in (hand.holder, hand.acting)]
    return [_right(agent, hand) for hand in sorted(mine, key=lambda h: order.index(h.business))]


def _right(agent: Agent, hand: Holding) -> Right:
    title = BUSINESSES[hand.business].title
    if hand.acting == hand.holder:
        return Right(title)
    mark = STANDS_IN_MARK if agent == hand.acting else RESTS_MARK
    return Right(title, mark.format(**hand.details()))
