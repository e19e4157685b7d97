"""历史 of one uploaded row: who changed what, when, and by which upload."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.core.pages import page_asked
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Binding
from tracing.stores.row_key import Key
from tracing.uploads import row_keys
from tracing.uploads.desks import Desk, opened_of
from tracing.uploads.row_history import MOST, Entry, history
from tracing.uploads.views_lists import dialog


class ShownEntry(NamedTuple):
    """An entry, and the address of its upload if it has one."""

    entry: Entry
    address: str


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show what happened to one row; `record` and `key` name it."""
    record = desk.record(request.GET.get("record", ""))
    binding = BINDINGS[record.code]
    key = _key(binding, request.GET.get("key", ""))
    found = history(request.unit, record, key, **page_asked(request))
    if found is None:
        raise Http404
    slug = request.unit.slug
    opened = opened_of(request.GET)
    tab = desk.tab_of(record.code)
    written = row_keys.written(key)
    back = desk.list_address(slug, binding)
    if found.live:
        back = desk.opened_address(slug, opened) or _own(desk, slug, binding, written) or back
    return dialog(
        request,
        desk,
        "tracing/uploads/history_dialog.html",
        {
            "title_of_row": record.title,
            "name_of_row": row_keys.shown(record.code, key),
            "entries": [
                ShownEntry(
                    entry, desk.address("submission", slug, entry.upload) if entry.upload else ""
                )
                for entry in found.page.rows
            ],
            "page_of_history": found.page,
            "most": MOST if found.more else 0,
            "history_address": desk.address("history", slug),
            "addresses": {**desk.addresses(slug, tab), "back": back},
        },
        tab=tab,
    )


def _key(binding: Binding, text: str) -> Key:
    """The key of a row; 404 for an event of a kind that the record does not tell of."""
    key = row_keys.read(binding.record.code, text)
    if binding.event is not None and key[1] not in binding.event.kinds:
        raise Http404
    return key


def _own(desk: Desk, slug: str, binding: Binding, key: str) -> str:
    """The dialog of a row that has one of its own; nothing for any other."""
    own = binding.listing is not None and binding.event is not None
    return desk.row_address(slug, key) if own else ""
