"""导出: a file is made in the background; the dialog can be closed and entered again."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.permissions import business_required
from accounts.requests import AgentRequest
from tracing import queries
from tracing.models import ExportState
from tracing.rights import QUERY
from tracing.selections import ByCode, canonical, selection_of

NOTHING_ASKED = "没有可以导出的数据。请先输入药耗追溯码并点击【查询】，查到数据后再点击【导出】。"
GONE = "文件已不能下载：{state}。请点击【重新导出】生成新的文件。"
RUNNING = (ExportState.QUEUED, ExportState.RUNNING)


class Facts(NamedTuple):
    """See templates/tracing/export_state.html."""

    seen: str
    running: bool
    headline: str
    rows_done: int
    no_worker: bool
    failure: str


@require_POST
@business_required(QUERY)
def new(request: AgentRequest) -> HttpResponse:
    """导出 what is listed: enters the job that makes the file, or begins one."""
    code = canonical(request.POST.get("code", ""))
    if code is None or queries.find_code(request.unit, code) is None:
        messages.warning(request, NOTHING_ASKED)
        return redirect("tracing:maker-query", request.unit.slug)
    return _request(request, ByCode(code), again=False)


@require_POST
@business_required(QUERY)
def again(request: AgentRequest, export_id: uuid.UUID) -> HttpResponse:
    """重新导出: a new file for the same filter."""
    export = _found(request, export_id)
    return _request(request, selection_of(export.by, export.filter), again=True)


def _found(request: AgentRequest, export_id: uuid.UUID) -> Export:
    raise Http404


def _request(request: AgentRequest, selection: ByCode, *, again: bool) -> HttpResponse:
    raise Http404


show = progress = download = new
