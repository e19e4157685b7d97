"""A desk: the place where one kind of unit uploads its rows, corrects them and takes them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse

from accounts.core.requests import AgentRequest
from portal.pages.dialogs import show_dialog
from tracing.core.business_pages import BusinessPage
from tracing.core.pages import Tab
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row
from tracing.records.base import Record
from tracing.records.bindings import ANNOUNCED, BINDINGS, of_business
from tracing.records.shapes import Binding, Listing, Shape

# The page behind every dialog of a desk.
TEMPLATE = "tracing/uploads/upload.html"


@dataclass(frozen=True)
class Lister:
    """How a desk lists the rows of a shape.

    `find` takes the unit, the binding, what its filter asks for and which page; `row` makes a line
    of one row that it found, at its place in the list. `look` is the word that leads to the row.
    """

    find: Callable[..., Page[Any]]
    row: Callable[[str, Columns, int, Any], Row]
    look: str


@dataclass(frozen=True)
class Desk(BusinessPage):
    """What its business uploads, and the lists of it.

    `page` gives the context of a list, also behind a dialog: that of the tab asked for, or of the
    one named. `opened` gives, from the fields that name an open dialog, that dialog's address, or
    nothing for the list itself.
    """

    lists: Mapping[Shape, Lister]
    page: Callable[..., dict[str, Any]]
    opened: Callable[[str, Mapping[str, str]], str] = lambda slug, fields: ""

    @property
    def offered(self) -> tuple[str, ...]:
        """The records of its import dialog, in the order of the list."""
        return tuple(binding.record.code for binding in of_business(self.business))

    @property
    def listings(self) -> dict[str, tuple[Listing, Binding]]:
        """What it lists, by tab."""
        bindings = of_business(self.business)
        return {b.listing.tab: (b.listing, b) for b in bindings if b.listing is not None}

    def tabs(self, slug: str, asked: str) -> list[Tab]:
        """Its tabs, with those that have no record yet; without a right one the first list."""
        listings = self.listings
        announced = [tab for tab in ANNOUNCED if tab.business == self.business]
        # A record that comes to an announced tab finds it at its place.
        titles = {
            **{tab.tab: tab.title for tab in announced if tab.ahead},
            **{tab: listing.title for tab, (listing, _) in listings.items()},
            **{tab.tab: tab.title for tab in announced if tab.tab not in listings},
        }
        current = asked if asked in titles else next(iter(listings))
        base = self.address("upload", slug)
        return [
            Tab(
                tab,
                title,
                f"{base}?tab={tab}" if len(titles) > 1 else base,
                tab == current,
                tab in listings,
            )
            for tab, title in titles.items()
        ]

    def dialog(
        self,
        request: AgentRequest,
        dialog: str,
        context: Mapping[str, Any],
        *,
        tab: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show a dialog over the list of the tab named, or of the one asked for."""
        return show_dialog(
            request,
            dialog,
            context,
            page=TEMPLATE,
            behind=lambda: self.page(request, tab),
            status=status,
        )

    def record(self, code: str) -> Record:
        """A record of the desk; 404 for any other."""
        if code not in self.offered:
            raise Http404
        return BINDINGS[code].record

    def list_address(self, slug: str, binding: Binding) -> str:
        """Where the rows of a record are listed."""
        base = self.address("upload", slug)
        if binding.listing is None or len(self.listings) == 1:
            return base
        return f"{base}?tab={binding.listing.tab}"

    def addresses(self, slug: str) -> dict[str, str]:
        """Where the page's buttons lead."""
        names = {"list": "upload", "import": "import", "void": "void"}
        return {key: self.address(name, slug) for key, name in names.items()}
