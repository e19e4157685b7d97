"""Page tabs (页签): the business pages an agent has open, under the title bar of the hall.

They are kept with the membership, so that each unit has its own and they come back after sign-in.
What is no longer open to the agent is not shown, and is there again when it is.
"""

from typing import NamedTuple

from django.http import HttpResponseBase

from accounts.core.requests import UnitRequest
from accounts.rights.actions_page_tabs import open_page
from accounts.rights.businesses import BUSINESSES
from accounts.rights.tiles import page_address


class PageTab(NamedTuple):
    """One open page. `current`: the one that is shown."""

    code: str
    title: str
    address: str
    current: bool


def tabs_of(request: UnitRequest) -> list[PageTab]:
    """Return the agent's open pages in their order, the present one among them."""
    if request.agent is None or request.membership is None:
        return []
    here = request.business.code if request.business else ""
    pages: list[str] = request.membership.open_pages
    tabs = []
    for code in pages if here in pages or not here else [*pages, here]:
        # A business of an older release may have gone.
        business = BUSINESSES.get(code) if code in request.open_businesses else None
        if business and (address := page_address(business, request.unit)):
            tabs.append(PageTab(code, business.title, address, code == here))
    return tabs


def neighbour(tabs: list[PageTab], code: str) -> PageTab | None:
    """Return the tab to go to when this one closes: the next one, else the one before it."""
    codes = [tab.code for tab in tabs]
    if code not in codes or len(tabs) == 1:
        return None
    place = codes.index(code)
    return tabs[place + 1] if place + 1 < len(tabs) else tabs[place - 1]


def note(request: UnitRequest, response: HttpResponseBase) -> None:
    """Keep the business that was just shown as a page among the open ones."""
    shown = (
        request.method == "GET"
        and response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and request.headers.get("HX-Request") != "true"
    )
    if shown and request.membership is not None and request.business is not None:
        open_page(request.membership, request.business.code)
