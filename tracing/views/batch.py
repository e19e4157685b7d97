"""追溯信息 of one batch of the upload list: what was uploaded about it, record by record."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import business_required
from accounts.requests import AgentRequest
from portal.dialogs import show_dialog
from tracing import queries
from tracing.models import DrugBatch, TraceCode
from tracing.queries.uploads import codes_of_batch
from tracing.records import RECORDS
from tracing.tables import BATCH_CODES, BATCH_FACTS, BATCH_HEADER, Cell
from tracing.views import batches
from tracing.views.pages import Tab, page_asked

PARTS = {
    "info": "基本信息",
    "codes": "追溯码信息",
    "shipment": "发货单位",
    "delivery": "配送信息",
    "receipt": "收货信息",
    "retail": "零售信息",
}
OPEN_PARTS = {"info", "codes"}
FAMILY = RECORDS[batches.RECORD].title.removesuffix("信息")


@require_safe
@business_required(batches.BUSINESS)
def show(request: AgentRequest) -> HttpResponse:
    """Show one part of a batch; `sn` names the batch, `part` the part."""
    found = queries.batch(request.unit, request.GET.get("sn", ""))
    if found is None:
        raise Http404
    slug = request.unit.slug
    parts = _parts(slug, found, request.GET.get("part", ""))
    part = next(part for part in parts if part.current)
    context: dict[str, Any] = {
        "dialog_title": f"{FAMILY}追溯信息",
        "header": BATCH_HEADER.cells(found),
        "parts": parts,
        "part": part,
        "addresses": batches.addresses(slug),
    }
    if part.code == "info":
        context["facts"] = BATCH_FACTS.cells(found)
    elif part.code == "codes":
        context.update(_codes(request, found))
    return show_dialog(
        request,
        "tracing/batch_dialog.html",
        context,
        page="tracing/upload.html",
        behind=lambda: batches.page(request),
    )


def _parts(slug: str, batch: DrugBatch, asked: str) -> list[Tab]:
    current = asked if asked in PARTS else "info"
    base = reverse("tracing:batch", args=[slug])
    return [
        Tab(
            code,
            title,
            f"{base}?{urlencode({'sn': batch.trac_codg_sn, 'part': code})}",
            code == current,
            code in OPEN_PARTS,
        )
        for code, title in PARTS.items()
    ]


def _codes(request: AgentRequest, batch: DrugBatch) -> dict[str, Any]:
    number = page_asked(request)["number"]
    found = codes_of_batch(request.unit, batch.trac_codg_sn, number=number)
    return {
        "codes": found,
        "heads": BATCH_CODES.labels,
        "rows": [_cells(code) for code in found.rows],
    }


def _cells(code: TraceCode) -> list[Cell]:
    return BATCH_CODES.cells(
        {
            "lv1_trac_code": code.code,
            "lv2_trac_code": code.lv2_trac_code,
            "lv3_trac_code": code.lv3_trac_code,
            "stoin_time": code.stoin_time,
        }
    )
