"""调用记录: the last calls of a key, one of them, and the chart of calls a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest, or_404
from accounts.keys.chart import chart_of
from accounts.keys.forms import CallsFilter
from accounts.keys.models import InterfaceKey
from accounts.keys.models_calls import RING, STRAY_RING
from accounts.keys.queries import key_of_unit
from accounts.keys.queries_calls import (
    call_of,
    codes_of_calls,
    days_of,
    is_done,
    is_signed,
    last_calls,
)
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.states import state_of
from accounts.rights.permissions import business_required
from portal.pages.dialogs import private, show_dialog

PAGE = "accounts/keys/calls.html"


@require_safe
@business_required(SELF_SERVICE)
def calls(request: AgentRequest, key_id: int) -> HttpResponse:
    """Show the last calls of a key."""
    key = or_404(key_of_unit(request.unit, key_id))
    return private(render(request, PAGE, _page(request, key)))


@require_safe
@business_required(SELF_SERVICE)
def call(request: AgentRequest, key_id: int, call_id: int) -> HttpResponse:
    """Show one call with its answer."""
    key = or_404(key_of_unit(request.unit, key_id))
    found = or_404(call_of(key, call_id))
    context = {
        "call": found,
        "done": is_done(found),
        "signed": is_signed(found),
        "back": reverse("accounts:key-calls", args=[request.unit.slug, key.pk]),
    }
    return show_dialog(
        request,
        "accounts/keys/call_dialog.html",
        context,
        page=PAGE,
        behind=lambda: _page(request, key),
    )


def _page(request: AgentRequest, key: InterfaceKey) -> dict[str, Any]:
    form = CallsFilter(request.GET, codes_of_calls(key))
    # A condition that cannot be understood finds nothing; it must not show everything.
    rows = last_calls(key, form.cleaned_data["code"]) if form.is_valid() else []
    days = days_of(key)
    return {
        "key": key,
        "state": state_of(key),
        "filter_form": form,
        "list_address": reverse("accounts:key-calls", args=[request.unit.slug, key.pk]),
        "keys_address": reverse("accounts:keys", args=[request.unit.slug]),
        "rows": [(row, is_done(row), is_signed(row)) for row in rows],
        "days": days,
        "chart": chart_of(days),
        "total": sum(day.calls for day in days),
        "bad": sum(day.bad for day in days),
        "strays": sum(day.strays for day in days),
        "ring": RING,
        "stray_ring": STRAY_RING,
    }
