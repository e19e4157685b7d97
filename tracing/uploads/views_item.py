"""追溯信息 of one consumable of the upload list: what was uploaded about it, record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from tracing.core.business_pages import at_place
from tracing.core.pages import Tab, page_asked
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row, columns_of
from tracing.records.shapes import Binding, Listing, Shape
from tracing.stores.models_consumables import ConsumableItem, ConsumableSpec
from tracing.uploads import queries_consumables as consumables
from tracing.uploads import row_keys
from tracing.uploads.desks import Desk
from tracing.uploads.queries_events import events_of
from tracing.uploads.views_batch import event_rows
from tracing.uploads.views_lists import dialog

NO_ROWS = "此耗材还没有上传{title}。点击【上传】，选择{title}模板后导入。"


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show one part of a consumable; `item` is its key, `part` the part."""
    key, listing, product = _named(desk, request.GET.get("item", ""))
    found = consumables.item(request.unit, *key)
    if found is None:
        raise Http404
    slug, text = request.unit.slug, row_keys.written(key)
    parts = desk.parts(product.record.family)
    tabs = _tabs(desk, slug, text, parts, request.GET.get("part", ""))
    part = next(tab for tab in tabs if tab.current)
    context: dict[str, Any] = {
        "dialog_title": f"{listing.title.removesuffix('信息')}追溯信息",
        "opened": [("item", text), ("part", part.code)],
        "header": Columns(product.record, listing.header).cells(found),
        "parts": tabs,
        "part": part,
        "addresses": {**desk.addresses(slug), "list": desk.list_address(slug, product)},
        **_part(request, found, parts[part.code]),
    }
    return dialog(request, desk, "tracing/uploads/batch_dialog.html", context, tab=listing.tab)


def _named(desk: Desk, text: str) -> tuple[tuple[str, str], Listing, Binding]:
    """The key that an address carries, and the list that it is of; 404 where a desk has none."""
    for listing, binding in desk.listed(Shape.ITEM):
        mcs_code, udi = row_keys.read(binding.record.code, text)
        return (mcs_code, udi), listing, binding
    raise Http404


def _tabs(
    desk: Desk, slug: str, key: str, parts: Mapping[str, Binding], asked: str
) -> Sequence[Tab]:
    current = asked if asked in parts else next(iter(parts))
    return [
        Tab(code, title, desk.item_address(slug, key, code), code == current)
        for code, title, _ in (b.part for b in parts.values() if b.part is not None)
    ]


def _part(request: AgentRequest, item: ConsumableItem, binding: Binding) -> dict[str, Any]:
    """The facts of the consumable, or the rows of one record about it, ten at a time."""
    record, unit = binding.record, request.unit
    picks = binding.part.columns if binding.part is not None else ()
    columns = Columns(record, picks) if picks else columns_of(record)
    if binding.shape is Shape.ITEM:
        return {"facts": columns.cells(item)}
    number = page_asked(request)["number"]
    found: Page[Any]
    match binding.shape:
        case Shape.SPEC:
            found = consumables.specs_of(unit, item, number=number)
            rows = _specs(found, columns)
        case Shape.UDI:
            found = consumables.codes_of(unit, item, number=number)
            rows = _codes(found, columns)
        case _:
            codes = consumables.codes_of_item(unit, item)
            found = events_of(unit, codes, record.code, number=number)
            rows = event_rows(found, columns)
    return {
        "page_of_part": found,
        "part_heads": columns.labels,
        "part_rows": rows,
        "part_record": record,
        "empty_part": NO_ROWS.format(title=record.title),
    }


def _specs(found: Page[ConsumableSpec], columns: Columns) -> list[Row]:
    return [
        Row(
            key=row_keys.written((spec.mcs_code, spec.spec, spec.mol)),
            number=found.first + place,
            cells=columns.cells(spec),
            name=str(spec),
        )
        for place, spec in enumerate(found.rows)
    ]


def _codes(found: Page[Any], columns: Columns) -> list[Row]:
    return [
        Row(
            key=code.code,
            number=found.first + place,
            cells=columns.cells(code.as_consumable()),
            name=code.code,
        )
        for place, code in enumerate(found.rows)
    ]
