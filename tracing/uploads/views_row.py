"""查看 of one event of an upload list: every cell of the row that told it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.core.tables import columns_of
from tracing.records.shapes import Binding, Listing, Shape
from tracing.stores.row_key import Key
from tracing.uploads import row_keys
from tracing.uploads.desks import Desk
from tracing.uploads.queries_events import event
from tracing.uploads.views_lists import dialog


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show every cell of one row; `key` names it."""
    key, listing, binding = _named(desk, request.GET.get("key", ""))
    row = event(request.unit, binding.record.code, key)
    if row is None:
        raise Http404
    slug = request.unit.slug
    return dialog(
        request,
        desk,
        "tracing/uploads/row_dialog.html",
        {
            "dialog_title": binding.record.title,
            "facts": columns_of(binding.record).cells(row.cells),
            "history_address": desk.history_address(
                slug, binding.record.code, row_keys.written(key)
            ),
            "addresses": desk.addresses(slug, listing.tab),
        },
        tab=listing.tab,
    )


def _named(desk: Desk, text: str) -> tuple[Key, Listing, Binding]:
    """The key that an address carries, and the list that it is of: the kind of event tells."""
    for listing, binding in desk.listed(Shape.EVENT):
        key = row_keys.read(binding.record.code, text)
        if key[1] in binding.told.kinds:
            return key, listing, binding
    raise Http404
