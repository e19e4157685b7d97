"""A desk: the place where one kind of unit uploads its rows, corrects them and takes them back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404

from accounts.core.kinds import KINDS
from tracing.core.business_pages import BusinessPage
from tracing.core.pages import Tab
from tracing.records.base import Record
from tracing.records.bindings import ANNOUNCED, BINDINGS, of_business, of_family
from tracing.records.shapes import Binding, Listing, Shape


@dataclass(frozen=True)
class Desk(BusinessPage):
    """What its business uploads, and the lists of it."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The records of its import dialog, in the order of the list."""
        return tuple(binding.record.code for binding in of_business(self.business))

    @property
    def listings(self) -> dict[str, tuple[Listing, Binding]]:
        """What it lists, by tab."""
        bindings = of_business(self.business)
        return {b.listing.tab: (b.listing, b) for b in bindings if b.listing is not None}

    def listed(self, shape: Shape) -> list[tuple[Listing, Binding]]:
        """Its lists of the rows of one shape."""
        return [found for found in self.listings.values() if found[1].shape is shape]

    def parts(self, family: str) -> dict[str, Binding]:
        """The tabs in the dialog of a batch of a family by their code, each the rows of one
        record that it uploads."""
        bindings = [b for b in of_family(family) if b.business == self.business]
        return {b.part.code: b for b in bindings if b.part is not None}

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

    def batch_address(self, slug: str, sn: str, part: str = "") -> str:
        """Where 追溯信息 of a batch stands, at one of its tabs."""
        # In the query, because a serial number may hold a slash.
        asked = {"sn": sn, "part": part} if part else {"sn": sn}
        return f"{self.address('batch', slug)}?{urlencode(asked)}"

    def removal_address(self, slug: str, sn: str) -> str:
        """Where 删除整批 of a batch stands."""
        return f"{self.address('batch-remove', slug)}?{urlencode({'sn': sn})}"

    def row_address(self, slug: str, key: str) -> str:
        """Where 查看 of an event stands, by its key as text."""
        return f"{self.address('row', slug)}?{urlencode({'key': key})}"

    def addresses(self, slug: str) -> dict[str, str]:
        """Where the page's buttons lead."""
        names = {"list": "upload", "import": "import", "void": "void", "uploads": "uploads"}
        return {key: self.address(name, slug) for key, name in names.items()}


def desks() -> list[Desk]:
    """Where each kind of unit uploads, for those that do."""
    return [Desk(kind, kind.uploads) for kind in KINDS.values() if kind.uploads]
