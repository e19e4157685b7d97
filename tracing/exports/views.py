"""导出: a file is made in the background; the dialog can be closed and entered again."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from portal.pages.dialogs import show_dialog
from portal.workers.canaries import worker_answers
from tracing.core.business_pages import BusinessPage, at_place
from tracing.core.downloads import attachment
from tracing.core.pages import poll_answer
from tracing.exports.actions import fetch, request_export
from tracing.exports.models import RUNNING, Export, ExportState
from tracing.exports.queries import export_of
from tracing.jobs.waiting import Waiting, kind_of, waiting
from tracing.traces.selections import ByBatch, ByCode, ByDates, selection_of
from tracing.traces.views import addresses, asked_of, fields_of, page

NOTHING_ASKED = "没有可以导出的数据。请先填写查询条件并点击【查询】，查到数据后再点击【导出】。"


class ShownExport(NamedTuple):
    """See templates/tracing/exports/export_state.html."""

    seen: str
    running: bool
    headline: str
    waiting: Waiting | None
    failure: str


@require_POST
@at_place
def new(request: AgentRequest, place: BusinessPage) -> HttpResponse:
    """导出 what is listed: enter the job that makes or made the file, or begin one."""
    selection = asked_of(request.POST.dict()).selection
    if selection is None:
        messages.warning(request, NOTHING_ASKED)
        return redirect(place.address("query", request.unit.slug))
    return _request(request, place, selection, again=False)


@require_POST
@at_place
def again(request: AgentRequest, place: BusinessPage, export_id: uuid.UUID) -> HttpResponse:
    """重新导出: a new file for the same filter."""
    export = _found(request, place, export_id)
    return _request(request, place, selection_of(export.by, export.filter), again=True)


def _request(
    request: AgentRequest,
    place: BusinessPage,
    selection: ByCode | ByBatch | ByDates,
    *,
    again: bool,
) -> HttpResponse:
    slug = request.unit.slug
    try:
        export = request_export(
            unit=request.unit,
            agent=request.agent,
            business=place.business,
            selection=selection,
            origin=origin_of(request),
            again=again,
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(addresses(place, slug, selection)["list"])
    return redirect(place.address("export-job", slug, export.pk))


@require_safe
@at_place
def show(request: AgentRequest, place: BusinessPage, export_id: uuid.UUID) -> HttpResponse:
    """Show how far an export is, over the list it was asked from."""
    export = _found(request, place, export_id)
    return show_dialog(
        request,
        "tracing/exports/export_dialog.html",
        _context(request, place, export),
        page="tracing/traces/query.html",
        behind=lambda: page(request, place, fields_of(export.by, export.filter)),
    )


@require_safe
@at_place
def progress(request: AgentRequest, place: BusinessPage, export_id: uuid.UUID) -> HttpResponse:
    """Answer the dialog's poll."""
    context = _context(request, place, _found(request, place, export_id))
    facts: ShownExport = context["facts"]
    return poll_answer(
        request, "tracing/exports/export_poll.html", context, seen=facts.seen, running=facts.running
    )


@require_safe
@at_place
def download(request: AgentRequest, place: BusinessPage, export_id: uuid.UUID) -> HttpResponseBase:
    """Send the file to whoever holds the business now."""
    export = _found(request, place, export_id)
    try:
        file, name = fetch(export=export, agent=request.agent, origin=origin_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(place.address("export-job", request.unit.slug, export.pk))
    return attachment(file, name)


def _found(request: AgentRequest, place: BusinessPage, export_id: uuid.UUID) -> Export:
    """The unit's export from this page; 404 for any other."""
    export = export_of(request.unit, export_id)
    if export is None or export.business != place.business:
        raise Http404
    return export


def _context(request: AgentRequest, place: BusinessPage, export: Export) -> dict[str, Any]:
    slug = request.unit.slug
    own = {
        name: place.address(f"export-{name}", slug, export.pk)
        for name in ("job", "progress", "again", "download")
    }
    selection = selection_of(export.by, export.filter)
    return {
        "export": export,
        "facts": _facts(export),
        "addresses": {**addresses(place, slug, selection), **own},
    }


def _facts(export: Export) -> ShownExport:
    running = export.state in RUNNING
    waits = waiting(export, lambda: worker_answers("exports")) if running else None
    why = export.refusal
    return ShownExport(
        seen=f"{export.state}-{kind_of(waits)}|{export.rows_done}",
        running=running,
        headline=str(ExportState.RUNNING.label if running else ExportState(export.state).label),
        waiting=waits,
        failure=why.message if why else "",
    )
