"""删除整批: how many codes go with it is said first, and why is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, or_404
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.core.tables import Columns
from tracing.records.base import Record
from tracing.records.shapes import Listing, Shape
from tracing.removals.actions import remove_batch
from tracing.removals.models import RemovalState
from tracing.removals.words import called
from tracing.stores.models import DrugBatch
from tracing.stores.models_consumables import ConsumableItem
from tracing.stores.row_key import Key
from tracing.stores.whole_batches import codes_in
from tracing.uploads import queries_batches, queries_consumables, row_keys
from tracing.uploads.desks import Desk, opened_of
from tracing.uploads.forms import VoidForm
from tracing.uploads.views_lists import dialog

REMOVED = "已删除{goods}及其 {codes} 个追溯码。"
REMOVING = "正在删除{goods}及其 {codes} 个追溯码，完成后在【消息】中告知；期间可以离开此页。"


class Going(NamedTuple):
    """What is to go: its key, which `asked` says in an address, its row, list and record."""

    asked: tuple[str, str]
    key: Key
    row: DrugBatch | ConsumableItem
    listing: Listing
    record: Record


@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def remove(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Ask why; with 确定 have the batch or the consumable removed, and go back to the list."""
    asked = request.POST if request.method == "POST" else request.GET
    going = _named(request, desk, asked)
    opened = {**opened_of(asked), **dict([going.asked])}
    form = VoidForm(request.POST if request.method == "POST" else None)
    slug, record = request.unit.slug, going.record
    if form.is_valid() and _remove(request, going, form):
        return redirect(f"{desk.address('upload', slug)}?tab={going.listing.tab}")
    context = {
        "form": form,
        "opened": opened.items(),
        "goods": called(record.code, going.key),
        "header": Columns(record, going.listing.header).cells(going.row),
        "codes": codes_in(record.code, request.unit.pk, going.key),
        "addresses": {
            **desk.addresses(slug, going.listing.tab),
            "remove": desk.address("batch-remove", slug),
            "back": desk.opened_address(slug, opened),
        },
    }
    status = 422 if form.errors else 200
    template = "tracing/removals/remove_dialog.html"
    return dialog(request, desk, template, context, tab=going.listing.tab, status=status)


def _named(request: AgentRequest, desk: Desk, fields: Mapping[str, str]) -> Going:
    """What an address or a form names; 404 for what the desk or the unit does not have."""
    text = fields.get("item", "")
    if not text:
        batch = or_404(queries_batches.batch(request.unit, fields.get("sn", "")))
        serial = batch.trac_codg_sn
        for listing, binding in desk.listed(Shape.PRODUCT):
            if binding.record.family == batch.family:
                return Going(("sn", serial), (serial,), batch, listing, binding.record)
        raise Http404
    for listing, binding in desk.listed(Shape.ITEM):
        key = row_keys.read(binding.record.code, text)
        item = or_404(queries_consumables.item(request.unit, *key))
        return Going(("item", row_keys.written(key)), key, item, listing, binding.record)
    raise Http404


def _remove(request: AgentRequest, going: Going, form: VoidForm) -> bool:
    try:
        removal = remove_batch(
            unit=request.unit,
            agent=request.agent,
            record_code=going.record.code,
            key=going.key,
            reason=form.cleaned_data["reason"],
            origin=origin_of(request),
        )
    except Refused as refused:
        show_refusals(form, refused)
        return False
    words = REMOVED if removal.state == RemovalState.DONE else REMOVING
    goods = called(going.record.code, going.key)
    messages.success(request, words.format(goods=goods, codes=removal.codes))
    return True
