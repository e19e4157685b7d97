"""流通企业药耗配送信息上传: the list of what a distributor told of goods in and out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.core.kinds import DISTRIBUTOR
from accounts.core.requests import AgentRequest
from portal.pages.dialogs import private, show_dialog
from tracing.core.pages import Tab, heading, page_asked, why_empty
from tracing.core.paging import Page
from tracing.core.places import at_place
from tracing.core.tables import CIRCULATION_FACTS, CIRCULATION_LIST, Row
from tracing.records import RECORDS
from tracing.uploads import recent, row_keys
from tracing.uploads.desks import TEMPLATE, Desk
from tracing.uploads.forms import CirculationFilter
from tracing.uploads.queries_events import CIRCULATION, EventRow, circulation, circulations

TITLE = f"{DISTRIBUTOR.label}查询"


@require_safe
@at_place
def index(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the list."""
    return private(render(request, TEMPLATE, page(request)))


def page(request: AgentRequest) -> dict[str, Any]:
    """The context of the list, also as it stands behind a dialog."""
    slug = request.unit.slug
    base = DESK.address("upload", slug)
    tab = Tab(CIRCULATION, TITLE, base, current=True, open=True)
    return {
        **heading(DESK.business),
        "tabs": [tab],
        "tabs_label": TITLE,
        "tab": tab,
        "record": RECORDS[CIRCULATION],
        "addresses": DESK.addresses(slug),
        "list_address": base,
        "uploads": recent.lines(request.unit, DESK),
        **_list(request, slug),
    }


def _list(request: AgentRequest, slug: str) -> dict[str, Any]:
    form = CirculationFilter(request.GET)
    wanted = form.wanted() if form.is_valid() else {}
    asked = page_asked(request)
    # A condition that cannot be understood finds nothing; it must not show everything.
    found: Page[EventRow] = Page((), 0, 1, asked["size"])
    if not form.errors:
        found = circulations(request.unit, wanted, **asked)
    rows = [_row(slug, found.first + place, row) for place, row in enumerate(found.rows)]
    return {
        "filter_form": form,
        "search_title": TITLE,
        "heads": CIRCULATION_LIST.labels,
        "rows": rows,
        "look": "查看",
        "page": found,
        "empty_hint": why_empty(form, wanted),
    }


def _row(slug: str, number: int, row: EventRow) -> Row:
    key = row_keys.written(row.key)
    return Row(
        key=key,
        number=number,
        cells=CIRCULATION_LIST.cells(row.cells),
        address=f"{DESK.address('row', slug)}?{urlencode({'key': key})}",
        name=row_keys.shown(row.key),
    )


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show every cell of one row; `key` names it."""
    row = circulation(request.unit, row_keys.read(CIRCULATION, request.GET.get("key", "")))
    if row is None:
        raise Http404
    return show_dialog(
        request,
        "tracing/uploads/row_dialog.html",
        {
            "dialog_title": RECORDS[CIRCULATION].title,
            "facts": CIRCULATION_FACTS.cells(row.cells),
            "addresses": DESK.addresses(request.unit.slug),
        },
        page=TEMPLATE,
        behind=lambda: page(request),
    )


DESK = Desk(DISTRIBUTOR, "distributor-upload", (CIRCULATION,), page)
