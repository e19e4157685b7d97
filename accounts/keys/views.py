"""接口调用自助服务: the form by which a key is applied for, its SKey once, the list of keys."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.core.forms import RefusalsShown, status_of
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, posted, takes_form
from accounts.keys import actions
from accounts.keys.forms import ApplyForm
from accounts.keys.listing import holder_lines
from accounts.keys.offers import offered
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights.permissions import business_required
from portal.pages.dialogs import private

PAGE = "accounts/keys/keys.html"
SHOWN_BEFORE = (
    "SKey 只在申请或更换之后显示一次，现在不能再查看。如果没有保存，请在列表中【更换】这把密钥，"
    "保存新的 SKey，再停用旧的。"
)


@takes_form
@business_required(SELF_SERVICE)
def keys(request: AgentRequest) -> HttpResponse:
    """Show form and list; 提交 makes a key and leads to the page that shows its SKey."""
    form = ApplyForm(request.unit, posted(request), initial=_initial(request))
    if form.is_valid():
        with RefusalsShown(form):
            key = actions.apply(
                request.unit,
                request.agent,
                form.terms(),
                sandbox=form.cleaned_data["sandbox"],
                origin=origin_of(request, request.user),
            )
            return redirect("accounts:key-secret", request.unit.slug, key.pk)
    context = keys_page(request) | {"form": form}
    return private(render(request, PAGE, context, status=status_of(form)))


@require_GET
@business_required(SELF_SERVICE)
def secret(request: AgentRequest, key_id: int) -> HttpResponse:
    """Show AKey and SKey to whoever has just made the key, this once.

    The address may be asked for by the one redirect that leads here; whatever comes later, and from
    anyone else, is told that it is over.
    """
    key = actions.reveal(request.unit, key_id, origin=origin_of(request, request.user))
    if key is None:
        messages.warning(request, SHOWN_BEFORE)
        return redirect("accounts:keys", request.unit.slug)
    context = {"key": key, "back": keys_address(request)}
    return private(render(request, "accounts/keys/secret.html", context))


def keys_page(request: AgentRequest) -> dict[str, Any]:
    """The page behind the dialogs of keys."""
    return {
        "form": ApplyForm(request.unit, initial=_initial(request)),
        "lines": holder_lines(request.unit),
        "offers": offered(request.unit),
        "address": keys_address(request),
        "debug_address": reverse("accounts:key-debug", args=[request.unit.slug]),
        "webhooks_address": reverse("accounts:webhooks", args=[request.unit.slug]),
    }


def keys_address(request: AgentRequest) -> str:
    """The address of the page."""
    return reverse("accounts:keys", args=[request.unit.slug])


def _initial(request: AgentRequest) -> dict[str, str]:
    return {"contact_name": request.agent.name}
