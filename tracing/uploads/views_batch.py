"""追溯信息 of one batch of the upload list: what was uploaded about it, record by record."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from portal.pages.dialogs import show_dialog
from tracing.core.pages import Tab, page_asked
from tracing.core.paging import Page
from tracing.core.places import at_place
from tracing.core.tables import BATCH_CODES, BATCH_EVENTS, BATCH_FACTS, BATCH_HEADER, Row
from tracing.records import RECORDS
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads import queries_batches, row_keys
from tracing.uploads.desks import TEMPLATE, Desk
from tracing.uploads.queries import codes_of_batch
from tracing.uploads.queries_events import EventRow, events_of_batch
from tracing.uploads.views_batches import RECORD, address_of, page

INFO = "info"
CODES = "codes"
# The parts of the dialog, each the rows of one record.
PARTS = {
    INFO: ("基本信息", RECORD),
    CODES: ("追溯码信息", "domestic-drug-codes"),
    "shipment": ("发货单位", "domestic-drug-shipment"),
    "delivery": ("配送信息", "domestic-drug-delivery"),
    "receipt": ("收货信息", "domestic-drug-receipt"),
    "retail": ("零售信息", "domestic-drug-retail"),
}
FAMILY = RECORDS[RECORD].title.removesuffix("信息")
NO_ROWS = "此批次还没有上传{title}。点击【上传】，选择{title}模板后导入。"


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show one part of a batch; `sn` names the batch, `part` the part."""
    found = queries_batches.batch(request.unit, request.GET.get("sn", ""))
    if found is None:
        raise Http404
    slug = request.unit.slug
    parts = _parts(slug, found, request.GET.get("part", ""))
    part = next(part for part in parts if part.current)
    context: dict[str, Any] = {
        "dialog_title": f"{FAMILY}追溯信息",
        "sn": found.trac_codg_sn,
        "header": BATCH_HEADER.cells(found),
        "parts": parts,
        "part": part,
        "addresses": desk.addresses(slug),
    }
    if part.code == INFO:
        context["facts"] = BATCH_FACTS.cells(found)
    else:
        context.update(_part(request, found, part.code))
    return show_dialog(
        request,
        "tracing/uploads/batch_dialog.html",
        context,
        page=TEMPLATE,
        behind=lambda: page(request),
    )


def _parts(slug: str, batch: DrugBatch, asked: str) -> list[Tab]:
    current = asked if asked in PARTS else INFO
    return [
        Tab(code, title, address_of(slug, batch.trac_codg_sn, code), code == current, True)
        for code, (title, _) in PARTS.items()
    ]


def _part(request: AgentRequest, batch: DrugBatch, part: str) -> dict[str, Any]:
    """The rows of one record about the batch, ten at a time."""
    number = page_asked(request)["number"]
    title, record_code = PARTS[part]
    found: Page[TraceCode] | Page[EventRow]
    if part == CODES:
        found = codes_of_batch(request.unit, batch.trac_codg_sn, number=number)
        heads, rows = BATCH_CODES.labels, _codes(found)
    else:
        found = events_of_batch(request.unit, batch.trac_codg_sn, record_code, number=number)
        heads, rows = BATCH_EVENTS[record_code].labels, _events(found, record_code)
    return {
        "page_of_part": found,
        "part_heads": heads,
        "part_rows": rows,
        "part_record": RECORDS[record_code],
        "empty_part": NO_ROWS.format(title=RECORDS[record_code].title),
    }


def _codes(found: Page[TraceCode]) -> list[Row]:
    return [
        Row(
            key=code.code,
            number=found.first + place,
            cells=BATCH_CODES.cells(
                {
                    "lv1_trac_code": code.code,
                    "lv2_trac_code": code.lv2_trac_code,
                    "lv3_trac_code": code.lv3_trac_code,
                    "stoin_time": code.stoin_time,
                }
            ),
            name=code.code,
        )
        for place, code in enumerate(found.rows)
    ]


def _events(found: Page[EventRow], record_code: str) -> list[Row]:
    return [
        Row(
            key=row_keys.written(row.key),
            number=found.first + place,
            cells=BATCH_EVENTS[record_code].cells(row.cells),
            name=row_keys.shown(row.key),
        )
        for place, row in enumerate(found.rows)
    ]
