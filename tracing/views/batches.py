"""生产企业药耗基础信息上传: the list of what a maker has uploaded, its dialogs, 删除."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.origin import origin_of
from accounts.permissions import business_required
from accounts.requests import AgentRequest
from portal.dialogs import private, show_dialog
from tracing import actions, queries
from tracing.forms import BatchFilter, VoidForm
from tracing.ingest.read import Refused
from tracing.queries import Page
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.tables import BATCH_LIST, Row
from tracing.views import recent
from tracing.views.pages import Tab, heading, page_asked
from tracing.views.words import said

BUSINESS = "maker-upload"
RECORD = "domestic-drug-info"
# The templates of the import dialog, in the order of its list.
OFFERED = ["domestic-drug-info", "domestic-drug-codes"]
TABS = {"imported": "进口药信息", "domestic": RECORDS[RECORD].title, "consumable": "医用耗材信息"}
OPEN_TABS = {"domestic"}

NOTHING_TICKED = "没有勾选要删除的数据。请先在列表左侧勾选，再点击【删除】。"
VOIDED = "已删除 {count} 条{title}。"
NONE_VOIDED = "没有数据被删除：勾选的数据已经删除过，或不存在。请刷新列表后查看。"
NO_MATCH = "没有符合条件的数据。请减少查询条件，或点击【重置】查看全部。"
NO_ROWS = "还没有上传过数据。点击【上传】下载导入模板，填写后导入。"


def addresses(slug: str) -> dict[str, str]:
    """Where the page's buttons lead."""
    names = {"list": "maker-upload", "import": "import", "void": "void"}
    return {key: reverse(f"tracing:{name}", args=[slug]) for key, name in names.items()}


@require_safe
@business_required(BUSINESS)
def index(request: AgentRequest) -> HttpResponse:
    """Show the tab asked for."""
    return private(render(request, "tracing/upload.html", page(request)))


def page(request: AgentRequest) -> dict[str, Any]:
    """The context of the list, also as it stands behind a dialog."""
    slug = request.unit.slug
    tabs = _tabs(slug, request.GET.get("tab", ""))
    tab = next(tab for tab in tabs if tab.current)
    context: dict[str, Any] = {
        **heading(BUSINESS),
        "tabs": tabs,
        "tab": tab,
        "record": RECORDS[RECORD],
        "addresses": addresses(slug),
        "list_address": reverse("tracing:maker-upload", args=[slug]),
        "uploads": recent.lines(request.unit, OFFERED),
    }
    return {**context, **_list(request, slug)} if tab.open else context


def _tabs(slug: str, asked: str) -> list[Tab]:
    current = asked if asked in TABS else "domestic"
    base = reverse("tracing:maker-upload", args=[slug])
    return [
        Tab(code, title, f"{base}?tab={code}", code == current, code in OPEN_TABS)
        for code, title in TABS.items()
    ]


def _list(request: AgentRequest, slug: str) -> dict[str, Any]:
    form = BatchFilter(request.GET)
    wanted = form.wanted() if form.is_valid() else {}
    found = queries.batches(request.unit, wanted, **page_asked(request))
    if form.errors:
        # A condition that cannot be understood finds nothing; it must not show everything.
        found = Page((), 0, 1, found.size)
    rows = [
        Row(
            key=batch.trac_codg_sn,
            number=found.first + place,
            cells=BATCH_LIST.cells(batch),
            address=_batch_address(slug, batch.trac_codg_sn),
        )
        for place, batch in enumerate(found.rows)
    ]
    return {
        "filter_form": form,
        "heads": BATCH_LIST.labels,
        "rows": rows,
        "page": found,
        "empty_hint": NO_MATCH if wanted or form.errors else NO_ROWS,
    }


def _batch_address(slug: str, sn: str) -> str:
    # In the query, because a serial number may hold a slash.
    return f"{reverse('tracing:batch', args=[slug])}?{urlencode({'sn': sn})}"


@require_POST
@business_required(BUSINESS)
def void(request: AgentRequest) -> HttpResponse:
    """删除: first ask for the reason, then void what was ticked."""
    slug = request.unit.slug
    record = _record(request.POST.get("record", ""))
    keys = request.POST.getlist("key")
    if not keys:
        messages.warning(request, NOTHING_TICKED)
        return redirect("tracing:maker-upload", slug)
    asked = "asked" in request.POST
    form = VoidForm(request.POST if asked else None)
    if asked and form.is_valid() and _void(request, record, keys, form):
        return redirect("tracing:maker-upload", slug)
    return show_dialog(
        request,
        "tracing/void_dialog.html",
        {"form": form, "keys": keys, "record": record, "addresses": addresses(slug)},
        page="tracing/upload.html",
        behind=lambda: page(request),
        status=422 if form.errors else 200,
    )


def _record(code: str) -> Record:
    """A record whose rows this page may void."""
    if code not in OFFERED:
        raise Http404
    return RECORDS[code]


def _void(request: AgentRequest, record: Record, keys: list[str], form: VoidForm) -> bool:
    try:
        count = actions.void_rows(
            unit=request.unit,
            agent=request.agent,
            record_code=record.code,
            keys=keys,
            reason=form.cleaned_data["reason"],
            origin=origin_of(request),
        )
    except Refused as refused:
        form.add_error(None, said(refused))
        return False
    if count:
        messages.success(request, VOIDED.format(count=count, title=record.title))
    else:
        messages.warning(request, NONE_VOIDED)
    return True
