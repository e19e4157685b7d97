"""追溯信息 of one batch of the upload list."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.records.bindings import titled
from tracing.records.shapes import Binding, Listing, Shape
from tracing.stores.models import DrugBatch
from tracing.uploads import queries_batches
from tracing.uploads.desks import Desk
from tracing.uploads.queries_codes import codes_found, codes_of_batch
from tracing.uploads.queries_events import events_of_batch
from tracing.uploads.views_parts import Opened, show_parts


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show one part of a batch; `sn` names the batch, `part` the part. Of codes
    whose batch is not there their part alone is shown, or they could not be taken back."""
    unit = request.unit
    serial = request.GET.get("sn", "")
    batch = queries_batches.batch(unit, serial)
    family = queries_batches.family_of_codes(unit, serial) if batch is None else batch.family
    listing, binding = _list_of(desk, family)
    opened = Opened(
        asked=("sn", serial),
        row=batch or DrugBatch(unit=unit, trac_codg_sn=serial),
        listing=listing,
        binding=binding,
        title=f"{titled(binding.record.family)}追溯信息",
        goods="此批次",
        codes=partial(codes_of_batch, unit, serial),
        found=partial(codes_found, unit, serial),
        events=partial(events_of_batch, unit, serial),
        gone=batch is None,
    )
    return show_parts(request, desk, opened)


def _list_of(desk: Desk, family: str | None) -> tuple[Listing, Binding]:
    """The list of a desk that batches of a family stand in; 404 for those of another desk."""
    for listing, binding in desk.listed(Shape.PRODUCT):
        if binding.record.family == family:
            return listing, binding
    raise Http404
