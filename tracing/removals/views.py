"""删除整批: how many codes go with it is said first, and why is asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.core.tables import Columns
from tracing.records.base import Record
from tracing.records.shapes import Listing, Shape
from tracing.removals.actions import remove_batch
from tracing.removals.models import RemovalState
from tracing.stores.models import DrugBatch
from tracing.stores.whole_batches import codes_in
from tracing.uploads import queries_batches
from tracing.uploads.desks import Desk
from tracing.uploads.forms import VoidForm
from tracing.uploads.views_lists import dialog

REMOVED = "已删除流水号“{sn}”的{title}及其 {codes} 个追溯码。"
REMOVING = (
    "正在删除流水号“{sn}”的{title}及其 {codes} 个追溯码，完成后在【消息】中告知；期间可以离开此页。"
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def remove(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Ask why; with 确定 have the batch removed, and go back to the list."""
    named = request.POST if request.method == "POST" else request.GET
    batch = queries_batches.batch(request.unit, named.get("sn", ""))
    if batch is None:
        raise Http404
    listing, record = _listed(desk, batch)
    form = VoidForm(request.POST if request.method == "POST" else None)
    slug = request.unit.slug
    if form.is_valid() and _remove(request, record, batch, form):
        return redirect(f"{desk.address('upload', slug)}?tab={listing.tab}")
    context = {
        "form": form,
        "batch": batch,
        "record": record,
        "header": Columns(record, listing.header).cells(batch),
        "codes": codes_in(request.unit.pk, batch.trac_codg_sn),
        "addresses": {
            **desk.addresses(slug),
            "remove": desk.address("batch-remove", slug),
            "back": desk.batch_address(slug, batch.trac_codg_sn),
        },
    }
    status = 422 if form.errors else 200
    template = "tracing/removals/remove_dialog.html"
    return dialog(request, desk, template, context, tab=listing.tab, status=status)


def _listed(desk: Desk, batch: DrugBatch) -> tuple[Listing, Record]:
    """The list that a batch stands in, and its record; 404 for a batch of another desk."""
    for listing, binding in desk.listed(Shape.PRODUCT):
        if binding.record.family == batch.family:
            return listing, binding.record
    raise Http404


def _remove(request: AgentRequest, record: Record, batch: DrugBatch, form: VoidForm) -> bool:
    try:
        removal = remove_batch(
            unit=request.unit,
            agent=request.agent,
            record_code=record.code,
            serial=batch.trac_codg_sn,
            reason=form.cleaned_data["reason"],
            origin=origin_of(request),
        )
    except Refused as refused:
        show_refusals(form, refused)
        return False
    words = REMOVED if removal.state == RemovalState.DONE else REMOVING
    said = words.format(sn=batch.trac_codg_sn, title=record.title, codes=removal.codes)
    messages.success(request, said)
    return True
