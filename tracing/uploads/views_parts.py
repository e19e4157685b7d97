"""The dialog of 追溯信息: what was uploaded about a batch or a consumable, record by record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.http import HttpResponse

from accounts.core.requests import AgentRequest
from tracing.core.pages import WRONG, Tab, page_asked
from tracing.core.paging import Page
from tracing.core.tables import Columns, Row, columns_of
from tracing.records.base import Record
from tracing.records.shapes import SERIAL, Binding, Listing, Shape
from tracing.stores.models_codes import TraceCode
from tracing.stores.models_consumables import ConsumableSpec
from tracing.uploads import row_keys
from tracing.uploads.desks import Desk, opened_here
from tracing.uploads.forms_codes import CodeSearch
from tracing.uploads.queries_events import EventRow
from tracing.uploads.views_lists import dialog

NO_ROWS = "{goods}还没有上传{title}。点击【上传】，选择{title}模板后导入。"
NOT_FOUND = "{goods}中没有这个追溯码，也没有装在这个包装中的追溯码。点击【重置】查看全部。"


@dataclass(frozen=True)
class Opened:
    """What the dialog is about: a stored row, its record's binding, and the list it stands in.

    `asked` names it in an address: a parameter, and the row's key as text. `goods` is what
    sentences call it. Of the rest each finds a page: `codes` of its codes, `found` of those that a
    typed code finds, `events` of what a record, by its code, told of them, `specs` of its packings.
    `gone`: the row is not there, only codes that say they are of it.
    """

    asked: tuple[str, str]
    row: Any
    listing: Listing
    binding: Binding
    title: str
    goods: str
    codes: Callable[..., Page[TraceCode]]
    found: Callable[..., Page[TraceCode]]
    events: Callable[..., Page[EventRow]]
    gone: bool = False
    specs: Callable[..., Page[ConsumableSpec]] | None = None


class Line(NamedTuple):
    """A row of a part: its key as text, what its columns are read from, and its name."""

    key: str
    cells: Any
    name: str


class Lines(NamedTuple):
    """A page of a part, its rows, and what its tab says beside them."""

    page: Page[Any]
    rows: Iterable[Line]
    context: Mapping[str, Any]


def show_parts(request: AgentRequest, desk: Desk, opened: Opened) -> HttpResponse:
    """Show the part that is asked for, or the first."""
    slug = request.unit.slug
    parts = _parts_of(desk, opened)
    tabs = _tabs(desk, slug, opened, parts, request.GET.get("part", ""))
    part = next(tab for tab in tabs if tab.current)
    here = {**dict([opened.asked]), "part": part.code}
    left = {**opened_here(request.GET), **here}
    history = partial(_history, desk, slug, left)
    context: dict[str, Any] = {
        "dialog_title": opened.title,
        "gone": opened.gone,
        "asked": here.items(),
        "opened": left.items(),
        "header": Columns(opened.binding.record, opened.listing.header).cells(opened.row),
        "parts": tabs,
        "part": part,
        "addresses": {
            **desk.addresses(slug, opened.listing.tab),
            "dialog": request.path,
            "export": desk.export_address(slug, parts[part.code], here),
            "remove": "" if opened.gone else desk.removal_address(slug, left),
        },
        **_part(request, opened, parts[part.code], history),
    }
    template = "tracing/uploads/batch_dialog.html"
    return dialog(request, desk, template, context, tab=opened.listing.tab)


def _parts_of(desk: Desk, opened: Opened) -> dict[str, Binding]:
    """The parts that there may be something in."""
    parts = desk.parts(opened.binding.record.family)
    if not opened.gone:
        return parts
    return {code: binding for code, binding in parts.items() if binding.shape is Shape.CODES}


def _tabs(
    desk: Desk, slug: str, opened: Opened, parts: Mapping[str, Binding], asked: str
) -> list[Tab]:
    current = asked if asked in parts else next(iter(parts))
    named = dict([opened.asked])
    return [
        Tab(code, title, desk.opened_address(slug, {**named, "part": code}), code == current)
        for code, title, _ in (b.part for b in parts.values() if b.part is not None)
    ]


def _history(desk: Desk, slug: str, left: Mapping[str, str], record: Record, key: str) -> str:
    return desk.history_address(slug, record.code, key, left)


def _part(
    request: AgentRequest, opened: Opened, binding: Binding, history: Callable[[Record, str], str]
) -> dict[str, Any]:
    """The facts of the goods, or a page of the rows of one record about them. `history` says where
    that of a row stands, by its key as text.
    """
    record = binding.record
    picks = binding.part.columns if binding.part is not None else ()
    if binding is opened.binding:
        columns = Columns(record, picks) if picks else columns_of(record)
        return {
            "facts": columns.cells(opened.row),
            "history_address": history(record, opened.asked[1]),
            "history_name": row_keys.shown(
                record.code, row_keys.read(record.code, opened.asked[1])
            ),
        }
    columns = Columns(record, picks) if picks else columns_of(record, without=SERIAL)
    lines = LINES[binding.shape](request, opened, record)
    return {
        "empty_part": NO_ROWS.format(goods=opened.goods, title=record.title),
        **lines.context,
        "page_of_part": lines.page,
        "part_heads": columns.labels,
        "part_rows": [
            Row(
                key=line.key,
                number=lines.page.first + place,
                cells=columns.cells(line.cells),
                address=history(record, line.key),
                name=line.name,
            )
            for place, line in enumerate(lines.rows)
        ],
        "part_record": record,
    }


def _codes(request: AgentRequest, opened: Opened, record: Record) -> Lines:
    """All codes of the goods, or those that the search finds."""
    asked = page_asked(request)
    form = CodeSearch(request.GET)
    typed = form.cleaned_data["code"] if form.is_valid() else ""
    context: dict[str, Any] = {"search": form}
    if form.errors:
        # What cannot be understood finds nothing; it must not show everything.
        page: Page[TraceCode] = Page((), 0, 1, asked["size"])
        context["empty_part"] = WRONG
    elif typed:
        page = opened.found(typed, **asked)
        context["empty_part"] = NOT_FOUND.format(goods=opened.goods)
    else:
        page = opened.codes(**asked)
    rows = [Line(code.code, code.by_column(), code.code) for code in page.rows]
    return Lines(page, rows, context)


def _specs(request: AgentRequest, opened: Opened, record: Record) -> Lines:
    if opened.specs is None:
        raise ValueError(f"{record.code} is of no batch")
    page = opened.specs(**page_asked(request))
    keys = [row_keys.written((spec.mcs_code, spec.spec, spec.mol)) for spec in page.rows]
    rows = [Line(key, spec, str(spec)) for key, spec in zip(keys, page.rows, strict=True)]
    return Lines(page, rows, {})


def _events(request: AgentRequest, opened: Opened, record: Record) -> Lines:
    page = opened.events(record.code, **page_asked(request))
    rows = [
        Line(row_keys.written(row.key), row.cells, row_keys.event_shown(row.key))
        for row in page.rows
    ]
    return Lines(page, rows, {})


LINES: dict[Shape, Callable[[AgentRequest, Opened, Record], Lines]] = {
    Shape.CODES: _codes,
    Shape.UDI: _codes,
    Shape.SPEC: _specs,
    Shape.EVENT: _events,
}
