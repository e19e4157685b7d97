"""追溯信息 of one batch of the upload list: what was uploaded about it, record by record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.core.pages import WRONG, Tab, page_asked
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row, columns_of
from tracing.records.base import Record
from tracing.records.bindings import titled
from tracing.records.shapes import SERIAL, Binding, Listing, Shape
from tracing.stores.models import DrugBatch
from tracing.stores.models_codes import TraceCode
from tracing.uploads import queries_batches, row_keys
from tracing.uploads.desks import Desk
from tracing.uploads.forms_codes import CodeSearch
from tracing.uploads.queries_codes import codes_found, codes_of_batch
from tracing.uploads.queries_events import EventRow, events_of_batch
from tracing.uploads.views_lists import dialog

NO_ROWS = "此批次还没有上传{title}。点击【上传】，选择{title}模板后导入。"
NOT_FOUND = "此批次中没有这个追溯码，也没有装在这个包装中的追溯码。点击【重置】查看全部。"


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
        "batch_address": desk.address("batch", slug),
        "addresses": {
            **desk.addresses(slug),
            "list": desk.list_address(slug, product),
            "remove": desk.removal_address(slug, found.trac_codg_sn),
        },
        "export_address": desk.export_address(slug, parts[part.code], {"sn": found.trac_codg_sn}),
        **_part(request, found, parts[part.code], partial(_history, desk, slug, found, part.code)),
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


def _history(desk: Desk, slug: str, batch: DrugBatch, part: str, record: Record, key: str) -> str:
    return desk.history_address(slug, record.code, key, batch.trac_codg_sn, part)


def _part(
    request: AgentRequest,
    batch: DrugBatch,
    binding: Binding,
    history: Callable[[Record, str], str],
) -> dict[str, Any]:
    """The facts of the batch, or a page of the rows of one record about it. `history` says where
    that of a row stands, by its key as text.
    """
    record = binding.record
    picks = binding.part.columns if binding.part is not None else ()
    if binding.shape is Shape.PRODUCT:
        columns = Columns(record, picks) if picks else columns_of(record)
        return {
            "facts": columns.cells(batch),
            "history_address": history(record, batch.trac_codg_sn),
        }
    columns = Columns(record, picks) if picks else columns_of(record, without=SERIAL)
    if binding.shape is Shape.CODES:
        of_codes = _codes_asked(request, batch)
        found: Page[TraceCode] | Page[EventRow] = of_codes.page
        more = of_codes.context
        rows = _codes(of_codes.page, columns)
    else:
        asked, more = page_asked(request), {}
        found = events_of_batch(request.unit, batch.trac_codg_sn, record.code, **asked)
        rows = event_rows(found, columns)
    return {
        "empty_part": NO_ROWS.format(title=record.title),
        **more,
        "page_of_part": found,
        "part_heads": columns.labels,
        "part_rows": [row._replace(address=history(record, row.key)) for row in rows],
        "part_record": record,
    }


class CodesAsked(NamedTuple):
    """A page of a batch's codes, and what its tab says of the search."""

    page: Page[TraceCode]
    context: dict[str, Any]


def _codes_asked(request: AgentRequest, batch: DrugBatch) -> CodesAsked:
    """All codes of the batch, or those that the search finds."""
    asked, serial = page_asked(request), batch.trac_codg_sn
    form = CodeSearch(request.GET)
    typed = form.cleaned_data["code"] if form.is_valid() else ""
    if form.errors:
        # What cannot be understood finds nothing; it must not show everything.
        return CodesAsked(Page((), 0, 1, asked["size"]), {"search": form, "empty_part": WRONG})
    if not typed:
        return CodesAsked(codes_of_batch(request.unit, serial, **asked), {"search": form})
    found = codes_found(request.unit, serial, typed, **asked)
    return CodesAsked(found, {"search": form, "empty_part": NOT_FOUND})


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
