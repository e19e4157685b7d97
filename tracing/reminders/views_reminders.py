"""报送提醒: what a unit still owes at a desk; on its page, and as a panel of others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from psycopg.errors import QueryCanceled

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, UnitRequest
from accounts.rights.permissions import unit_account_page
from accounts.units.models import Unit
from portal.lib.clock import local_today
from portal.lib.refused import Refused
from portal.pages.dialogs import is_fragment, private, show_dialog
from tracing.core.business_pages import at_place
from tracing.core.pages import heading
from tracing.jobs.patience import limit_statements
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.reminders import queries_reminders
from tracing.reminders.actions_reminders import is_owed, restore, silence
from tracing.reminders.forms_reminders import SilenceForm
from tracing.reminders.queries_reminders import silences
from tracing.reminders.reminder_words import Line, goods_called, line_of
from tracing.uploads.desks import Desk
from tracing.uploads.views_lists import confirm_shown

TITLE = "报送提醒"
# Nobody waits longer for a reminder.
SECONDS = 2
SILENCED = "{goods} {batch} 的{title}不再提醒；可在下面恢复。"
RESTORED = "已恢复{goods} {batch} 的{title}提醒。"


@unit_account_page
def of_unit(request: UnitRequest, place: Desk) -> HttpResponse:
    """Show the reminders to the unit's own account, which sees that something is owed and has an
    agent upload it; 404 for a kind that the unit is not of."""
    if place.kind not in request.unit.kinds:
        raise Http404
    lines = _lines(request.unit, place)
    context = {
        **heading(place.business),
        "section_title": TITLE,
        "desk": place,
        "lines": lines,
        "unknown": lines is None,
        "count": len(lines or ()),
        "of_unit": True,
    }
    shown = "panel.html" if is_fragment(request) else "unit.html"
    return private(render(request, f"tracing/reminders/{shown}", context))


@require_safe
@at_place
def index(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the reminders; to a page that fetches them no more than a line for each, or how many
    there are."""
    context = _page(request, desk)
    if is_fragment(request):
        part = "count" if "count" in request.GET else "panel"
        return private(render(request, f"tracing/reminders/{part}.html", context))
    return private(render(request, "tracing/reminders/reminders.html", context))


@require_POST
@at_place
def hush(request: AgentRequest, desk: Desk) -> HttpResponse:
    """不再提醒: first ask for the reason."""
    record, batch = request.POST.get("record", ""), request.POST.get("batch", "")
    if not is_owed(request.unit, desk.business, record, batch):
        raise Http404
    asked = "asked" in request.POST
    form = SilenceForm(request.POST if asked else None)
    if asked and form.is_valid() and _silence(request, desk, record, batch, form):
        return redirect(desk.address("reminders", request.unit.slug))
    context = {
        "form": form,
        "batch": batch,
        "record": BINDINGS[record].record,
        "goods": goods_called(record).name,
        "addresses": _addresses(desk, request.unit.slug),
    }
    return show_dialog(
        request,
        "tracing/reminders/silence_dialog.html",
        context,
        page="tracing/reminders/reminders.html",
        behind=lambda: _page(request, desk),
        status=422 if form.errors else 200,
    )


@require_POST
@at_place
def unhush(request: AgentRequest, desk: Desk) -> HttpResponse:
    """恢复提醒."""
    record, batch = desk.record(request.POST.get("record", "")), request.POST.get("batch", "")
    restored = restore(
        unit=request.unit,
        agent=request.agent,
        business=desk.business,
        record_code=record.code,
        batch=batch,
        origin=origin_of(request),
    )
    if restored:
        messages.success(request, _said(RESTORED, record, batch))
    return redirect(desk.address("reminders", request.unit.slug))


def _page(request: AgentRequest, desk: Desk) -> dict[str, Any]:
    slug = request.unit.slug
    lines = _lines(request.unit, desk)
    waiting = confirm_shown(request.unit, desk)
    return {
        **heading(desk.business),
        "section_title": TITLE,
        "desk": desk,
        "lines": lines,
        "unknown": lines is None,
        "count": len(lines or ()) + (waiting["unconfirmed"] is not None),
        **waiting,
        "silences": [
            (BINDINGS[s.record_code].record, goods_called(s.record_code).name, s)
            for s in silences(request.unit, desk.business)
        ],
        "addresses": _addresses(desk, slug),
    }


def _lines(unit: Unit, desk: Desk) -> list[Line] | None:
    """What the unit owes, as lines; None where it took too long to find out."""
    today = local_today()
    try:
        with transaction.atomic():
            limit_statements(SECONDS)
            found = queries_reminders.reminders(unit, desk.business, today)
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return None
    lines = [line_of(reminder, today) for reminder in found]
    return [line._replace(address=desk.import_address(unit.slug, line.record)) for line in lines]


def _silence(request: AgentRequest, desk: Desk, record: str, batch: str, form: SilenceForm) -> bool:
    try:
        silence(
            unit=request.unit,
            agent=request.agent,
            business=desk.business,
            record_code=record,
            batch=batch,
            reason=form.cleaned_data["reason"],
            origin=origin_of(request),
        )
    except Refused as refused:
        show_refusals(form, refused)
        return False
    messages.success(request, _said(SILENCED, BINDINGS[record].record, batch))
    return True


def _said(words: str, record: Record, batch: str) -> str:
    goods = goods_called(record.code).name
    return words.format(goods=goods, batch=batch, title=record.title)


def _addresses(desk: Desk, slug: str) -> dict[str, str]:
    names = {
        "page": "reminders",
        "silence": "reminder-silence",
        "restore": "reminder-restore",
        "desk": "upload",
    }
    found = {key: desk.address(name, slug) for key, name in names.items()}
    return {**found, "back": found["page"]}
