"""导出 of what an upload list, or a part of a batch's dialog, shows."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.core.downloads import attachment
from tracing.records.bindings import BINDINGS, record_of
from tracing.records.shapes import Binding, Shape
from tracing.uploads import row_keys
from tracing.uploads.actions_stored import export_rows
from tracing.uploads.desks import Desk
from tracing.uploads.forms import filter_of
from tracing.uploads.queries_stored import Wanted

WRONG_FILTER = "查询条件有误，没有导出。请改正标出的条件，点击【查询】后再导出。"


@require_safe
@at_place
def export(request: AgentRequest, desk: Desk) -> HttpResponseBase:
    """Send the rows of `record` that the list's filter asks for, or the batch or the consumable
    whose dialog is open.
    """
    binding = BINDINGS[desk.record(request.GET.get("record", "")).code]
    opened = desk.opened_address(request.unit.slug, request.GET)
    if opened:
        sn, item = request.GET.get("sn", ""), request.GET.get("item", "")
        key = () if sn else row_keys.read(record_of(Shape.ITEM).code, item)
        return _send(request, desk, Wanted(binding.record, {}, sn, key), opened)
    if binding.listing is None:
        raise Http404
    form = filter_of(binding)(request.GET)
    if not form.is_valid():
        messages.error(request, WRONG_FILTER)
        return _back_to_list(request, desk, binding)
    wanted = Wanted(binding.record, form.wanted())
    return _send(request, desk, wanted, desk.list_address(request.unit.slug, binding))


def _send(request: AgentRequest, desk: Desk, wanted: Wanted, back: str) -> HttpResponseBase:
    try:
        file, name = export_rows(
            unit=request.unit, agent=request.agent, wanted=wanted, origin=origin_of(request)
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    return attachment(file, name)


def _back_to_list(request: AgentRequest, desk: Desk, binding: Binding) -> HttpResponse:
    kept = request.GET.copy()
    kept.pop("record", None)
    tab = {} if binding.listing is None else {"tab": binding.listing.tab}
    query = urlencode({**kept.dict(), **tab})
    return redirect(f"{desk.address('upload', request.unit.slug)}?{query}")
