"""The upload page of a desk: its tabs, the list of the tab, the latest uploads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from accounts.units.models import Unit
from portal.pages.dialogs import private, show_dialog
from tracing.core.business_pages import at_place
from tracing.core.pages import heading, page_asked, why_empty
from tracing.core.paging import Page
from tracing.core.tables import Columns
from tracing.records.shapes import Binding, Listing
from tracing.uploads import recent
from tracing.uploads.desks import Desk
from tracing.uploads.forms import filter_of
from tracing.uploads.listers import LISTERS
from tracing.uploads.unconfirmed import unconfirmed

# The page behind every dialog of a desk.
TEMPLATE = "tracing/uploads/upload.html"

TABS_LABEL = "药耗种类"


@require_safe
@at_place
def index(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the tab asked for."""
    return private(render(request, TEMPLATE, page(request, desk)))


def dialog(
    request: AgentRequest,
    desk: Desk,
    template: str,
    context: Mapping[str, Any],
    *,
    tab: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show a dialog over the list of the tab named, or of the one asked for."""
    return show_dialog(
        request,
        template,
        context,
        page=TEMPLATE,
        behind=lambda: page(request, desk, tab),
        status=status,
    )


def page(request: AgentRequest, desk: Desk, tab: str = "") -> dict[str, Any]:
    """The context of the list, also as it stands behind a dialog, of the tab asked for or named."""
    slug = request.unit.slug
    tabs = desk.tabs(slug, tab or request.GET.get("tab", ""))
    current = next(tab for tab in tabs if tab.current)
    context: dict[str, Any] = {
        **heading(desk.business),
        "tabs": tabs,
        "tabs_label": TABS_LABEL if len(tabs) > 1 else current.title,
        "tab": current,
        "kept_tab": current.code if len(desk.listings) > 1 else "",
        "addresses": desk.addresses(slug),
        "list_address": desk.address("upload", slug),
        "import_address": desk.addresses(slug, current.code)["import"],
        "uploads": recent.lines(request.unit, desk, current.code),
        **confirm_shown(request.unit, desk),
    }
    return {**context, **_list(request, desk, *desk.listings[current.code])}


def confirm_shown(unit: Unit, desk: Desk) -> dict[str, Any]:
    """What templates/tracing/uploads/unconfirmed.html shows; nothing waits for 确认 where it is
    None."""
    waiting = unconfirmed(unit, desk.offered)
    address = desk.confirm_address(unit.slug, waiting) if waiting else ""
    return {"unconfirmed": waiting, "confirm_address": address}


def _list(request: AgentRequest, desk: Desk, listing: Listing, binding: Binding) -> dict[str, Any]:
    lister = LISTERS[binding.shape]
    columns = Columns(binding.record, listing.columns)
    form = filter_of(binding)(request.GET)
    wanted = form.wanted() if form.is_valid() else {}
    asked = page_asked(request)
    # A condition that cannot be understood finds nothing; it must not show everything.
    found: Page[Any] = Page((), 0, 1, asked["size"])
    if not form.errors:
        found = lister.find(request.unit, binding.record, wanted, **asked)
    return {
        "record": binding.record,
        "export_address": desk.export_address(
            request.unit.slug, binding, {name: request.GET.get(name, "") for name in form.fields}
        ),
        "filter_form": form,
        "search_title": listing.search_title,
        "heads": columns.labels,
        "rows": [
            lister.row(desk, request.unit.slug, columns, found.first + place, row)
            for place, row in enumerate(found.rows)
        ],
        "look": lister.look,
        "page": found,
        "empty_hint": why_empty(form, wanted),
    }
