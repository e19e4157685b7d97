"""流通企业药耗配送信息上传: what a distributor told of goods in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.kinds import DISTRIBUTOR
from accounts.core.requests import AgentRequest
from accounts.units.models import Unit
from tracing.core.business_pages import at_place
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row, columns_of
from tracing.records.base import Record
from tracing.records.bindings import DISTRIBUTORS
from tracing.records.shapes import Binding, Listing, Shape
from tracing.stores.voiding import Key
from tracing.uploads import row_keys
from tracing.uploads import views_lists as uploaded
from tracing.uploads.desks import Desk, Lister
from tracing.uploads.queries_events import EventRow, event, events


def _find(unit: Unit, record: Record, wanted: Mapping[str, Any], **asked: int) -> Page[EventRow]:
    return events(unit, record.code, wanted, **asked)


def _row(slug: str, columns: Columns, number: int, row: EventRow) -> Row:
    key = row_keys.written(row.key)
    return Row(
        key=key,
        number=number,
        cells=columns.cells(row.cells),
        address=f"{DESK.address('row', slug)}?{urlencode({'key': key})}",
        name=row_keys.shown(row.key),
    )


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show every cell of one row; `key` names it."""
    key, listing, binding = _named(desk, request.GET.get("key", ""))
    row = event(request.unit, binding.record.code, key)
    if row is None:
        raise Http404
    slug = request.unit.slug
    return desk.dialog(
        request,
        "tracing/uploads/row_dialog.html",
        {
            "dialog_title": binding.record.title,
            "facts": columns_of(binding.record).cells(row.cells),
            "addresses": {**desk.addresses(slug), "list": desk.list_address(slug, binding)},
        },
        tab=listing.tab,
    )


def _named(desk: Desk, text: str) -> tuple[Key, Listing, Binding]:
    """The key that an address carries, and the list that it is of: the kind of event tells."""
    for listing, binding in desk.listings.values():
        key = row_keys.read(binding.record.code, text)
        if key[1] in binding.told.kinds:
            return key, listing, binding
    raise Http404


def page(request: AgentRequest, tab: str = "") -> dict[str, Any]:
    """The context of the list."""
    return uploaded.page(request, DESK, tab)


LISTS = {Shape.EVENT: Lister(_find, _row, "查看")}
DESK = Desk(DISTRIBUTOR, DISTRIBUTORS, LISTS, page)
