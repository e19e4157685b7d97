"""A desk: the place where one kind of unit uploads its rows, corrects them and takes them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404

from accounts.core.kinds import KINDS
from tracing.core.business_pages import BusinessPage
from tracing.core.pages import Tab
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS, USUAL_FAMILY, of_business, of_family
from tracing.records.shapes import Binding, Listing, Shape
from tracing.uploads.models import SubmissionState
from tracing.uploads.unconfirmed import Unconfirmed

# What says which dialog is open around a row: of a batch or a consumable, at which of its tabs,
# what is searched for there and at which page of what was found. What is opened from it carries
# each along by the second name, having pages of its own.
OPENED = {
    "sn": "sn",
    "item": "item",
    "part": "part",
    "code": "part_code",
    "page": "part_page",
    "size": "part_size",
}


def opened_of(asked: Mapping[str, str]) -> dict[str, str]:
    """What a form or an address says of the dialog that is open around it."""
    return {name: asked[name] for name in OPENED.values() if asked.get(name)}


def opened_here(asked: Mapping[str, str]) -> dict[str, str]:
    """What the address of such a dialog says, as what is left for it carries it along."""
    return {kept: asked[name] for name, kept in OPENED.items() if asked.get(name)}


@dataclass(frozen=True)
class Desk(BusinessPage):
    """What its business uploads, and the lists of it."""

    @property
    def offered(self) -> tuple[str, ...]:
        """The records of its import dialog, in the order of the list."""
        return tuple(binding.record.code for binding in of_business(self.business))

    def offered_at(self, tab: str) -> tuple[str, ...]:
        """The records of the import dialog that a tab opens: those of the family that it lists.

        Without such a tab all of the desk.
        """
        if tab not in self.listings:
            return self.offered
        family = self.listings[tab][1].record.family
        bindings = of_business(self.business)
        return tuple(b.record.code for b in bindings if b.record.family == family)

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
        """Its tabs; without a right one the usual list."""
        listings = self.listings
        current = asked if asked in listings else self._usual_tab
        return [
            Tab(tab, listing.title, self._at_tab("upload", slug, tab), tab == current)
            for tab, (listing, _) in listings.items()
        ]

    @property
    def _usual_tab(self) -> str:
        """The list that most units look for, if it has it, else its first."""
        families = {tab: binding.record.family for tab, (_, binding) in self.listings.items()}
        return next(
            (tab for tab, name in families.items() if name == USUAL_FAMILY), next(iter(families))
        )

    def tab_of(self, code: str) -> str:
        """The tab that lists the family of a record; empty where none does."""
        return next((tab for tab in self.listings if code in self.offered_at(tab)), "")

    def record(self, code: str) -> Record:
        """A record of the desk; 404 for any other."""
        if code not in self.offered:
            raise Http404
        return BINDINGS[code].record

    def list_address(self, slug: str, binding: Binding) -> str:
        """Where the rows of a record are listed."""
        tab = binding.listing.tab if binding.listing else self.tab_of(binding.record.code)
        return self._at_tab("upload", slug, tab)

    def import_address(self, slug: str, code: str) -> str:
        """Where the import dialog stands with a record chosen."""
        return f"{self.address('import', slug)}?{urlencode({'record': code})}"

    def _at_tab(self, name: str, slug: str, tab: str) -> str:
        """A page at one of several tabs."""
        base = self.address(name, slug)
        return f"{base}?tab={tab}" if tab and len(self.listings) > 1 else base

    def confirm_address(self, slug: str, waiting: Unconfirmed) -> str:
        """Where uploads that wait for 确认 stand: the result of the only one, or a list of them."""
        if waiting.only is not None:
            return self.address("submission", slug, waiting.only.pk)
        return f"{self.address('uploads', slug)}?{urlencode({'state': SubmissionState.STAGED})}"

    def batch_address(self, slug: str, sn: str) -> str:
        """Where 追溯信息 of a batch stands."""
        return self.opened_address(slug, {"sn": sn})

    def item_address(self, slug: str, key: str) -> str:
        """Where 追溯信息 of a consumable stands by its key as text."""
        return self.opened_address(slug, {"item": key})

    def export_address(self, slug: str, binding: Binding, asked: Mapping[str, str]) -> str:
        """Where 导出 of a record's rows stands, of those that are asked for."""
        given = {name: value for name, value in asked.items() if value}
        query = urlencode({"record": binding.record.code, **given})
        return f"{self.address('rows-export', slug)}?{query}"

    def removal_address(self, slug: str, opened: Mapping[str, str]) -> str:
        """Where 删除整批 of the batch or the consumable stands whose dialog is open."""
        return f"{self.address('batch-remove', slug)}?{urlencode(opened)}"

    def row_address(self, slug: str, key: str) -> str:
        """Where 查看 of an event stands, by its key as text."""
        return f"{self.address('row', slug)}?{urlencode({'key': key})}"

    def opened_address(self, slug: str, asked: Mapping[str, str]) -> str:
        """The dialog that a form or an address says is open, of a batch or a consumable, as it was
        left; nothing where none is.
        """
        named = "batch" if asked.get("sn") else "item" if asked.get("item") else ""
        if not named:
            return ""
        # In the query, because a serial number may hold a slash.
        query = {name: asked[kept] for name, kept in OPENED.items() if asked.get(kept)}
        return f"{self.address(named, slug)}?{urlencode(query)}"

    def history_address(
        self, slug: str, record_code: str, key: str, opened: Mapping[str, str] | None = None
    ) -> str:
        """Where 历史 of a row stands, by its key as text; `opened` is the dialog around it."""
        asked = {"record": record_code, "key": key, **(opened or {})}
        return f"{self.address('history', slug)}?{urlencode(asked)}"

    def addresses(self, slug: str, tab: str = "") -> dict[str, str]:
        """Where the page's buttons lead from one of its tabs."""
        return {
            "list": self._at_tab("upload", slug, tab),
            "import": self._at_tab("import", slug, tab),
            **{
                name: self.address(name, slug)
                for name in ("void", "uploads", "orders", "reminders")
            },
        }


def desks() -> list[Desk]:
    """Where each kind of unit uploads, for those that do."""
    return [Desk(kind, kind.uploads) for kind in KINDS.values() if kind.uploads]
