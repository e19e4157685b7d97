"""生产企业药耗追溯信息查询: find codes, show the trace of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.businesses import UnitKind
from accounts.requests import AgentRequest
from portal.dialogs import private, show_dialog
from tracing import queries
from tracing.forms import CodeFilter
from tracing.models import Export, Pack
from tracing.queries import CODE_LIST, CodeRow, Page
from tracing.selections import ByCode, canonical
from tracing.tables import Cell, Row
from tracing.traces import SMALLEST, Box, Trace
from tracing.views.pages import Tab, heading, page_asked
from tracing.views.places import Place, at_place

PLACES = {UnitKind.MAKER: Place(UnitKind.MAKER, "maker-query")}
OPEN_TABS = {Export.By.CODE}

NOT_ASKED = "请输入药耗追溯码后点击【查询】；大、中、小包装的码都可以查询。"
NOT_FOUND = "未查到此追溯码。请核对是否输入完整；只能查询本企业已上传入库的码。"


@require_safe
@at_place
def index(request: AgentRequest, place: Place) -> HttpResponse:
    """Show the tab asked for."""
    return private(render(request, "tracing/query.html", page(request, place, request.GET.dict())))


def page(request: AgentRequest, place: Place, asked: dict[str, str]) -> dict[str, Any]:
    """The context of the list for the filter `asked`, also as it stands behind a dialog."""
    slug = request.unit.slug
    tabs = _tabs(place, slug, asked.get("tab", ""))
    tab = next(tab for tab in tabs if tab.current)
    context: dict[str, Any] = {
        **heading(place.business),
        "tabs": tabs,
        "tab": tab,
        "addresses": addresses(place, slug, asked),
        "list_address": place.address("query", slug),
    }
    return {**context, **_list(request, place, asked)} if tab.open else context


def addresses(place: Place, slug: str, asked: dict[str, str]) -> dict[str, str]:
    """Where the page's buttons lead; a closed dialog leads back to the same list."""
    kept = {name: asked[name] for name in ("code",) if asked.get(name)}
    back = place.address("query", slug)
    return {
        "list": f"{back}?{urlencode(kept)}" if kept else back,
        "export": place.address("export", slug),
    }


def _tabs(place: Place, slug: str, asked: str) -> list[Tab]:
    current = asked if asked in Export.By.values else Export.By.CODE.value
    base = place.address("query", slug)
    return [
        Tab(by.value, str(by.label), f"{base}?tab={by.value}", by.value == current, by in OPEN_TABS)
        for by in Export.By
    ]


def _list(request: AgentRequest, place: Place, asked: dict[str, str]) -> dict[str, Any]:
    form = CodeFilter(asked)
    code = canonical(form.cleaned_data["code"]) if form.is_valid() else None
    found: Page[CodeRow] = Page((), 0, 1, page_asked(request)["size"])
    if code is not None:
        found = queries.codes(request.unit, ByCode(code), **page_asked(request))
    rows = [
        _row(place, request.unit.slug, found.first + n, row) for n, row in enumerate(found.rows)
    ]
    return {
        "filter_form": form,
        "heads": list(CODE_LIST.values()),
        "rows": rows,
        "page": found,
        "empty_hint": NOT_FOUND if asked.get("code") else NOT_ASKED,
        "export_fields": [("code", code)] if code else [],
    }


def _row(place: Place, slug: str, number: int, row: CodeRow) -> Row:
    texts = row._asdict() | {
        "uploaded_at": f"{timezone.localtime(row.uploaded_at):%Y-%m-%d %H:%M:%S}"
    }
    cells = [Cell(label, str(texts[name]), _css(name)) for name, label in CODE_LIST.items()]
    address = f"{place.address('trace', slug)}?{urlencode({'code': row.code})}"
    return Row(row.code, number, cells, address)


def _css(name: str) -> str:
    return {"uploaded_at": "nowrap", "node_count": ""}.get(name, "code")


@require_safe
@at_place
def trace(request: AgentRequest, place: Place) -> HttpResponse:
    """追溯信息详情 of one code."""
    typed = request.GET.get("code", "")
    found = queries.trace(typed, request.unit)
    if found is None:
        raise Http404
    asked = {"code": found.code}
    context = {
        "trace": found,
        "boxes": _nested(found),
        "contents": found.contents_count,
        "addresses": addresses(place, request.unit.slug, asked),
    }
    return show_dialog(
        request,
        "tracing/trace_dialog.html",
        context,
        page="tracing/query.html",
        behind=lambda: page(request, place, asked),
    )


def _nested(found: Trace) -> list[Box]:
    """The boxes from the outermost to the code itself; nothing for a code without boxes."""
    level = found.level or 1
    if not found.boxes and level == 1:
        return []
    title = SMALLEST if level == 1 else str(Pack.Level(level).label)
    return [*found.boxes, Box(level, title, found.code)]
