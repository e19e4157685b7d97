"""追溯信息 of one consumable of the upload list."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.records.shapes import Binding, Listing, Shape
from tracing.stores.row_key import Key
from tracing.uploads import queries_consumables as consumables
from tracing.uploads import row_keys
from tracing.uploads.desks import Desk
from tracing.uploads.queries_codes import codes_found_of_item
from tracing.uploads.queries_events import events_of
from tracing.uploads.views_parts import Opened, show_parts


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show one part of a consumable; `item` is its key, `part` the part."""
    unit = request.unit
    key, listing, binding = _named(desk, request.GET.get("item", ""))
    item = consumables.item(unit, *key)
    if item is None:
        raise Http404
    opened = Opened(
        asked=("item", row_keys.written(key)),
        row=item,
        listing=listing,
        binding=binding,
        title=f"{listing.title.removesuffix('信息')}追溯信息",
        goods="此耗材",
        codes=partial(consumables.codes_of, unit, item),
        found=partial(codes_found_of_item, unit, item),
        events=partial(events_of, unit, consumables.codes_of_item(unit, item)),
        specs=partial(consumables.specs_of, unit, item),
    )
    return show_parts(request, desk, opened)


def _named(desk: Desk, text: str) -> tuple[Key, Listing, Binding]:
    """The key that an address carries, and the list that it is of; 404 where a desk has none."""
    for listing, binding in desk.listed(Shape.ITEM):
        return row_keys.read(binding.record.code, text), listing, binding
    raise Http404
