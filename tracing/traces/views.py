"""追溯信息查询 of each kind of unit: find codes in three ways, show the trace of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.core.kinds import KINDS
from accounts.core.requests import AgentRequest
from portal.pages.dialogs import private, show_dialog
from tracing.core.business_pages import BusinessPage, at_place
from tracing.core.pages import WRONG, Tab, heading, page_asked
from tracing.core.paging import Page
from tracing.core.tables import Cell, Row
from tracing.records import udi
from tracing.records.code_parts import DEVICE_IDENTIFIER
from tracing.records.words import GOODS_CODE, GOODS_CODE_UPLOADED
from tracing.stores.models_codes import Pack
from tracing.traces import queries
from tracing.traces.code_fields import fields_of_code
from tracing.traces.code_rows import CodeRow, heads_of
from tracing.traces.forms import LOT_LABEL, SERIAL_ASKED
from tracing.traces.forms import QUERIES as FORMS
from tracing.traces.queries import codes
from tracing.traces.selections import By, ByBatch, ByCode, ByDates, selection_of
from tracing.traces.trace import SMALLEST, Box, Trace

NOT_ASKED = {
    By.CODE: f"请输入{GOODS_CODE}后点击【查询】；大、中、小包装的码都可以查询。",
    By.BATCH: f"请输入{SERIAL_ASKED}或{LOT_LABEL}后点击【查询】。",
    By.DATE: f"请选择{GOODS_CODE_UPLOADED}后点击【查询】；开始和结束当天都包括在内。",
}
NOT_FOUND = {
    By.CODE: "未查到此追溯码。请核对是否输入完整；只能查询本企业已上传入库的码。",
    By.BATCH: "未查到此批号的追溯码。请核对批号是否输入完整；只能查询本企业已上传入库的码。",
    By.DATE: "这些天没有首次上传的追溯码。请更换日期再查询；只能查询本企业已上传入库的码。",
}
BARE_DI = (
    f"未查到此编码。它是{DEVICE_IDENTIFIER}或商品码，只说明是哪种产品，不能区分每一件。"
    "查医用耗材请扫描或输入包装上的完整 UDI，如 (01)…(10)批号(21)序列号；"
    "查药品请输入药盒上的追溯码；只知道批号时请用批量查询。"
)


def places() -> list[BusinessPage]:
    """Where each kind of unit asks for the codes of its list."""
    return [BusinessPage(kind, kind.query) for kind in KINDS.values()]


class Asked(NamedTuple):
    """What a tab's form holds: the form, and the selection it means, if any."""

    by: By
    form: Any
    selection: ByCode | ByBatch | ByDates | None


def asked_of(fields: Mapping[str, str]) -> Asked:
    """Read the fields of an address or of 导出; `tab` names the tab, 单码查询 unless given."""
    tab = fields.get("tab", "")
    by = By(tab) if tab in By.values else By.CODE
    form = FORMS[by]({**fields, "tab": by.value})
    return Asked(by, form, form.selection() if form.is_valid() else None)


def fields_of(by: str, filter: Mapping[str, str]) -> dict[str, str]:
    """The fields that ask for a selection again."""
    selection = selection_of(by, dict(filter))
    return {"tab": selection.by.value, **selection.filter}


@require_safe
@at_place
def index(request: AgentRequest, place: BusinessPage) -> HttpResponse:
    """Show the tab asked for."""
    return private(
        render(request, "tracing/traces/query.html", page(request, place, request.GET.dict()))
    )


def page(request: AgentRequest, place: BusinessPage, fields: Mapping[str, str]) -> dict[str, Any]:
    """The context of the list that `fields` ask for, also as it stands behind a dialog."""
    slug = request.unit.slug
    asked = asked_of(fields)
    tabs = _tabs(place, slug, asked.by)
    return {
        **heading(place.business),
        "tabs": tabs,
        "tab": next(tab for tab in tabs if tab.current),
        "addresses": addresses(place, slug, asked.selection),
        "list_address": place.address("query", slug),
        **_list(request, place, asked),
    }


def addresses(
    place: BusinessPage, slug: str, selection: ByCode | ByBatch | ByDates | None
) -> dict[str, str]:
    """Where the page's buttons lead; a closed dialog leads back to the same list."""
    back = place.address("query", slug)
    if selection is not None:
        back = f"{back}?{urlencode(fields_of(selection.by, selection.filter))}"
    return {"list": back, "export": place.address("export", slug)}


def _tabs(place: BusinessPage, slug: str, current: By) -> list[Tab]:
    base = place.address("query", slug)
    return [Tab(by.value, str(by.label), f"{base}?tab={by.value}", by is current) for by in FORMS]


def _list(request: AgentRequest, place: BusinessPage, asked: Asked) -> dict[str, Any]:
    selection = asked.selection
    found: Page[CodeRow] = Page((), 0, 1, page_asked(request)["size"])
    if selection is not None:
        found = codes(request.unit, selection, kind=place.kind, **page_asked(request))
    slug = request.unit.slug
    heads = heads_of(place.kind, found.rows)
    lines = enumerate(found.rows, found.first)
    return {
        "filter_form": asked.form,
        "parts": _parts(asked.by, found.rows),
        "heads": list(heads.values()),
        "rows": [_row(_trace_address(place, slug, row.code), heads, n, row) for n, row in lines],
        "page": found,
        "empty_hint": _hint(asked),
        "export_fields": fields_of(selection.by, selection.filter).items() if selection else (),
    }


def _parts(by: By, rows: Sequence[CodeRow]) -> Sequence[Cell]:
    """The fields of the one code that was asked for, where the unit sees its nodes: a code that
    exists must read like one that does not to whoever may not know."""
    return fields_of_code(rows[0].code) if by is By.CODE and rows and rows[0].node_count else ()


def _hint(asked: Asked) -> str:
    if asked.form.errors:
        return WRONG
    if isinstance(asked.selection, ByCode) and udi.is_bare(asked.selection.code):
        return BARE_DI
    return (NOT_ASKED if asked.selection is None else NOT_FOUND)[asked.by]


def _row(address: str, heads: Mapping[str, str], number: int, row: CodeRow) -> Row:
    texts = row._asdict() | {
        "uploaded_at": f"{timezone.localtime(row.uploaded_at):%Y-%m-%d %H:%M:%S}",
        "uncorroborated": row.uncorroborated or "",
    }
    cells = [Cell(label, str(texts[name]), _css(name)) for name, label in heads.items()]
    return Row(row.code, number, cells, address, row.code)


def _css(name: str) -> str:
    numbers = dict.fromkeys(("node_count", "own_nodes", "uncorroborated"), "")
    return {"uploaded_at": "nowrap", **numbers}.get(name, "code")


def _trace_address(place: BusinessPage, slug: str, code: str) -> str:
    return f"{place.address('trace', slug)}?{urlencode({'code': code})}"


@require_safe
@at_place
def trace(request: AgentRequest, place: BusinessPage) -> HttpResponse:
    """追溯信息详情 of one code."""
    typed = request.GET.get("code", "")
    found = queries.trace(typed, request.unit)
    if found is None:
        raise Http404
    selection = ByCode(found.code)
    context = {
        "trace": found,
        "code_label": GOODS_CODE,
        "parts": () if found.restricted else fields_of_code(found.code, found.system),
        "boxes": _nested(found),
        "contents": found.contents_count,
        "addresses": addresses(place, request.unit.slug, selection),
    }
    return show_dialog(
        request,
        "tracing/traces/trace_dialog.html",
        context,
        page="tracing/traces/query.html",
        behind=lambda: page(request, place, fields_of(selection.by, selection.filter)),
    )


def _nested(found: Trace) -> list[Box]:
    """The boxes from the outermost to the code itself; nothing for a code without boxes."""
    level = found.level or 1
    if not found.boxes and level == 1:
        return []
    title = SMALLEST if level == 1 else str(Pack.Level(level).label)
    return [*found.boxes, Box(level, title, found.code)]
