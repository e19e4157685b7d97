"""追溯信息 of one batch of the upload list: what was uploaded about it, record by record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.core.pages import Tab, page_asked
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row, columns_of
from tracing.records.bindings import titled
from tracing.records.shapes import SERIAL, Binding, Listing, Shape
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads import queries_batches, row_keys
from tracing.uploads.desks import Desk
from tracing.uploads.queries import codes_of_batch
from tracing.uploads.queries_events import EventRow, events_of_batch
from tracing.uploads.views_lists import dialog

NO_ROWS = "此批次还没有上传{title}。点击【上传】，选择{title}模板后导入。"


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show one part of a batch; `sn` names the batch, `part` the part."""
    found = queries_batches.batch(request.unit, request.GET.get("sn", ""))
    if found is None:
        raise Http404
    slug = request.unit.slug
    listing, product = _list_of(desk, found)
    parts = desk.parts(found.family)
    tabs = _tabs(desk, slug, found, parts, request.GET.get("part", ""))
    part = next(tab for tab in tabs if tab.current)
    context: dict[str, Any] = {
        "dialog_title": f"{titled(found.family)}追溯信息",
        "opened": [("sn", found.trac_codg_sn), ("part", part.code)],
        "header": Columns(product.record, listing.header).cells(found),
        "parts": tabs,
        "part": part,
        "addresses": {**desk.addresses(slug), "list": desk.list_address(slug, product)},
        **_part(request, found, parts[part.code]),
    }
    return dialog(request, desk, "tracing/uploads/batch_dialog.html", context, tab=listing.tab)


def _list_of(desk: Desk, batch: DrugBatch) -> tuple[Listing, Binding]:
    """The list of a desk that the batch stands in; 404 for a batch of another desk."""
    for listing, binding in desk.listed(Shape.PRODUCT):
        if binding.record.family == batch.family:
            return listing, binding
    raise Http404


def _tabs(
    desk: Desk, slug: str, batch: DrugBatch, parts: Mapping[str, Binding], asked: str
) -> list[Tab]:
    current = asked if asked in parts else next(iter(parts))
    return [
        Tab(code, title, desk.batch_address(slug, batch.trac_codg_sn, code), code == current)
        for code, title, _ in (b.part for b in parts.values() if b.part is not None)
    ]


def _part(request: AgentRequest, batch: DrugBatch, binding: Binding) -> dict[str, Any]:
    """The facts of the batch, or the rows of one record about it, ten at a time."""
    record = binding.record
    picks = binding.part.columns if binding.part is not None else ()
    if binding.shape is Shape.PRODUCT:
        columns = Columns(record, picks) if picks else columns_of(record)
        return {"facts": columns.cells(batch)}
    columns = Columns(record, picks) if picks else columns_of(record, without=SERIAL)
    number = page_asked(request)["number"]
    found: Page[TraceCode] | Page[EventRow]
    if binding.shape is Shape.CODES:
        found = codes_of_batch(request.unit, batch.trac_codg_sn, number=number)
        rows = _codes(found, columns)
    else:
        found = events_of_batch(request.unit, batch.trac_codg_sn, record.code, number=number)
        rows = event_rows(found, columns)
    return {
        "page_of_part": found,
        "part_heads": columns.labels,
        "part_rows": rows,
        "part_record": record,
        "empty_part": NO_ROWS.format(title=record.title),
    }


def _codes(found: Page[TraceCode], columns: Columns) -> list[Row]:
    return [
        Row(
            key=code.code,
            number=found.first + place,
            # The smallest pack stands under its level in the record, under its key in the table.
            cells=columns.cells({**vars(code), "lv1_trac_code": code.code}),
            name=code.code,
        )
        for place, code in enumerate(found.rows)
    ]


def event_rows(found: Page[EventRow], columns: Columns) -> list[Row]:
    """Events as lines of a dialog."""
    return [
        Row(
            key=row_keys.written(row.key),
            number=found.first + place,
            cells=columns.cells(row.cells),
            name=row_keys.event_shown(row.key),
        )
        for place, row in enumerate(found.rows)
    ]
