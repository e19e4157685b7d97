"""追溯码归属: staff look at what a move would do, then do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused
from tracing.records.bindings import column_of
from tracing.records.shapes import SERIAL, Shape
from tracing.stores.actions_ownership import move_ownership, preview_ownership
from tracing.stores.forms_ownership import OwnershipForm
from tracing.stores.ownership import Plan

TITLE = "追溯码归属"
SHOWN = 200


def ownership(request: HttpRequest) -> HttpResponse:
    """Ask; show what would be done; do it when that was seen."""
    form = OwnershipForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return _page(request, form)
    asked = form.cleaned_data
    if "move" not in request.POST:
        return _page(request, form, plan=preview_ownership(asked["listed"], asked["to"]))
    try:
        moved = move_ownership(
            asked["listed"],
            asked["to"],
            asked["reason"],
            origin=origin_of(request, cast(Account, request.user)),
        )
    except Refused as refused:
        return _page(request, form, problems=refused.refusals)
    messages.success(
        request, f"已把 {moved.packs} 个追溯码、{moved.boxes} 个包装移入 {asked['to'].name}。"
    )
    return redirect("admin:ownership")


def _page(
    request: HttpRequest,
    form: OwnershipForm,
    plan: Plan | None = None,
    problems: Sequence[Refusal] = (),
) -> HttpResponse:
    found = list(problems or (plan.problems if plan else ()))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": TITLE,
        "form": form,
        "serial": column_of(Shape.PRODUCT, SERIAL).label,
        "plan": plan if plan and not found else None,
        "owner": Unit.objects.get(pk=plan.owner) if plan and plan.owner else None,
        "listed": "\n".join(form.cleaned_data["listed"]) if plan else "",
        "problems": [_sentence(problem) for problem in found[:SHOWN]],
        "further": max(len(found) - SHOWN, 0),
    }
    return TemplateResponse(request, "admin/ownership.html", context)


def _sentence(problem: Refusal) -> str:
    """Say why codes cannot be moved, and which of them it is about."""
    return f"{problem.place}：{problem.message}" if problem.place else problem.message
