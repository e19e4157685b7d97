"""生产企业药耗基础信息上传: the list of what a maker has uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.core.kinds import MAKER
from accounts.core.requests import AgentRequest
from portal.pages.dialogs import private
from tracing.core.pages import Tab, heading, page_asked, why_empty
from tracing.core.paging import Page
from tracing.core.places import at_place
from tracing.core.tables import BATCH_LIST, Row
from tracing.records import RECORDS
from tracing.stores.models import DrugBatch
from tracing.uploads import recent
from tracing.uploads.desks import TEMPLATE, Desk
from tracing.uploads.forms import BatchFilter
from tracing.uploads.queries_batches import batches

RECORD = "domestic-drug-info"
# The templates of the import dialog, in the order of its list.
OFFERED = (
    RECORD,
    "domestic-drug-codes",
    "domestic-drug-shipment",
    "domestic-drug-delivery",
    "domestic-drug-receipt",
    "domestic-drug-retail",
)
TABS = {"imported": "进口药信息", "domestic": RECORDS[RECORD].title, "consumable": "医用耗材信息"}
OPEN_TABS = {"domestic"}


@require_safe
@at_place
def index(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the tab asked for."""
    return private(render(request, TEMPLATE, page(request)))


def page(request: AgentRequest) -> dict[str, Any]:
    """The context of the list, also as it stands behind a dialog."""
    slug = request.unit.slug
    tabs = _tabs(slug, request.GET.get("tab", ""))
    tab = next(tab for tab in tabs if tab.current)
    context: dict[str, Any] = {
        **heading(DESK.business),
        "tabs": tabs,
        "tabs_label": "药耗种类",
        "tab": tab,
        "record": RECORDS[RECORD],
        "addresses": DESK.addresses(slug),
        "list_address": DESK.address("upload", slug),
        "uploads": recent.lines(request.unit, DESK),
    }
    return {**context, **_list(request, slug)} if tab.open else context


def _tabs(slug: str, asked: str) -> list[Tab]:
    current = asked if asked in TABS else "domestic"
    base = DESK.address("upload", slug)
    return [
        Tab(code, title, f"{base}?tab={code}", code == current, code in OPEN_TABS)
        for code, title in TABS.items()
    ]


def _list(request: AgentRequest, slug: str) -> dict[str, Any]:
    form = BatchFilter(request.GET)
    wanted = form.wanted() if form.is_valid() else {}
    asked = page_asked(request)
    # A condition that cannot be understood finds nothing; it must not show everything.
    found: Page[DrugBatch] = Page((), 0, 1, asked["size"])
    if not form.errors:
        found = batches(request.unit, wanted, **asked)
    rows = [
        Row(
            key=batch.trac_codg_sn,
            number=found.first + place,
            cells=BATCH_LIST.cells(batch),
            address=address_of(slug, batch.trac_codg_sn),
        )
        for place, batch in enumerate(found.rows)
    ]
    return {
        "filter_form": form,
        "search_title": f"{TABS['domestic']}查询",
        "heads": BATCH_LIST.labels,
        "rows": rows,
        "look": "追溯信息",
        "page": found,
        "empty_hint": why_empty(form, wanted),
    }


def address_of(slug: str, sn: str, part: str = "") -> str:
    """Where 追溯信息 of a batch stands, at one of its tabs."""
    # In the query, because a serial number may hold a slash.
    asked = {"sn": sn, "part": part} if part else {"sn": sn}
    return f"{DESK.address('batch', slug)}?{urlencode(asked)}"


def _opened(slug: str, fields: Mapping[str, str]) -> str:
    sn = fields.get("sn", "")
    return address_of(slug, sn, fields.get("part", "")) if sn else ""


DESK = Desk(MAKER, "maker-upload", OFFERED, page, _opened)
