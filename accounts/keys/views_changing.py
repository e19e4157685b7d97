"""What is done to a key from the lists: 修改, 更换, 冻结, 解除冻结, 停用, each a dialog.

The holder of the business and the unit account have the same three dialogs of ending, each over
its own list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.core.forms import RefusalsShown, status_of
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, UnitRequest, or_404, posted, takes_form
from accounts.keys import actions, actions_ending, actions_webhooks, queries_webhooks
from accounts.keys.forms import FreezeForm, KeyForm, terms_of
from accounts.keys.listing import unit_lines
from accounts.keys.models import InterfaceKey
from accounts.keys.queries import key_of_unit
from accounts.keys.scopes import SELF_SERVICE
from accounts.keys.views import PAGE, keys_page
from accounts.rights.permissions import business_required, unit_account_form, unit_account_page
from portal.lib.refused import Refused
from portal.pages.dialogs import show_dialog

CHANGED, UNCHANGED = "密钥“{name}”已修改：{fields}。", "没有改动。"
FROZEN = "密钥“{name}”已冻结，接口不再接受它的调用。"
THAWED = "密钥“{name}”已解除冻结。"
ENDED = "密钥“{name}”已停用。"
WEBHOOK_ENDED = "事件通知地址“{name}”已停用。"


class Place(NamedTuple):
    """A list of keys: its address by name, its template, and what it shows."""

    name: str
    template: str
    behind: Callable[[Any], dict[str, Any]]


def _unit_page(request: UnitRequest) -> dict[str, Any]:
    return {"lines": unit_lines(request.unit), "webhooks": queries_webhooks.webhooks(request.unit)}


OF_HOLDER = Place("accounts:keys", PAGE, keys_page)
OF_UNIT = Place("accounts:unit-keys", "accounts/keys/unit_keys.html", _unit_page)


@unit_account_page
def unit_keys(request: UnitRequest) -> HttpResponse:
    """接口密钥 of 单位管理: the unit account sees the keys of its unit."""
    return render(request, OF_UNIT.template, _unit_page(request))


@takes_form
@business_required(SELF_SERVICE)
def change(request: AgentRequest, key_id: int) -> HttpResponse:
    """Show a key's terms and take others."""
    key = _found(request, key_id)
    form = KeyForm(
        request.unit, posted(request), own=key, initial=terms_of(key), auto_id="change_%s"
    )
    if form.is_valid():
        with RefusalsShown(form):
            changed = actions.change(
                request.unit, request.agent, key.pk, form.terms(), origin=_origin(request)
            )
            name = form.cleaned_data["name"]
            said = CHANGED.format(name=name, fields="、".join(changed)) if changed else UNCHANGED
            messages.success(request, said)
            return _back(request, OF_HOLDER)
    return _dialog(request, OF_HOLDER, "change", key, form)


@takes_form
@business_required(SELF_SERVICE)
def rotate(request: AgentRequest, key_id: int) -> HttpResponse:
    """Say what 更换 does; 更换 makes the successor and leads to the page that shows its SKey."""
    key = _found(request, key_id)
    if request.method == "POST":
        try:
            made = actions.rotate(request.unit, request.agent, key.pk, origin=_origin(request))
        except Refused as refused:
            messages.error(request, str(refused))
            return _back(request, OF_HOLDER)
        return redirect("accounts:key-secret", request.unit.slug, made.pk)
    return _dialog(request, OF_HOLDER, "rotate", key)


@unit_account_form
def unit_webhook_end(request: UnitRequest, webhook_id: int) -> HttpResponse:
    """Ask whether a webhook is to end, then end it for the unit account."""
    webhook = or_404(queries_webhooks.webhook_of(request.unit, webhook_id))
    if request.method == "POST":
        actions_webhooks.end(webhook, origin=_origin(request))
        messages.success(request, WEBHOOK_ENDED.format(name=webhook.name))
        return _back(request, OF_UNIT)
    back = reverse(OF_UNIT.name, args=[request.unit.slug])
    return show_dialog(
        request,
        "accounts/keys/webhook_end.html",
        {"webhook": webhook, "action": request.path, "back": back},
        page=OF_UNIT.template,
        behind=lambda: OF_UNIT.behind(request),
    )


def _freeze(place: Place, request: UnitRequest, key_id: int) -> HttpResponse:
    key = _found(request, key_id)
    form = FreezeForm(posted(request), auto_id="freeze_%s")
    if form.is_valid():
        with RefusalsShown(form, "reason"):
            reason = form.cleaned_data["reason"]
            actions_ending.freeze(request.unit, key.pk, reason, origin=_origin(request))
            messages.success(request, FROZEN.format(name=key.name))
            return _back(request, place)
    return _dialog(request, place, "freeze", key, form)


def _thaw(place: Place, request: UnitRequest, key_id: int) -> HttpResponse:
    return _sure(place, request, key_id, "thaw", actions_ending.thaw, THAWED)


def _end(place: Place, request: UnitRequest, key_id: int) -> HttpResponse:
    return _sure(place, request, key_id, "end", actions_ending.end_key, ENDED)


def _sure(
    place: Place,
    request: UnitRequest,
    key_id: int,
    name: str,
    act: Callable[..., None],
    done: str,
) -> HttpResponse:
    """Ask whether it is meant, then do it."""
    key = _found(request, key_id)
    if request.method == "POST":
        try:
            act(request.unit, key.pk, origin=_origin(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, done.format(name=key.name))
        return _back(request, place)
    return _dialog(request, place, name, key)


def _holders(view: Callable[[Place, UnitRequest, int], HttpResponse]) -> Any:
    @takes_form
    @business_required(SELF_SERVICE)
    def at_holders(request: AgentRequest, key_id: int) -> HttpResponse:
        return view(OF_HOLDER, request, key_id)

    return at_holders


def _units(view: Callable[[Place, UnitRequest, int], HttpResponse]) -> Any:
    @unit_account_form
    def at_units(request: UnitRequest, key_id: int) -> HttpResponse:
        return view(OF_UNIT, request, key_id)

    return at_units


freeze, thaw, end = _holders(_freeze), _holders(_thaw), _holders(_end)
unit_freeze, unit_thaw, unit_end = _units(_freeze), _units(_thaw), _units(_end)


def _found(request: UnitRequest, key_id: int) -> InterfaceKey:
    return or_404(key_of_unit(request.unit, key_id))


def _origin(request: UnitRequest) -> Any:
    return origin_of(request, request.user)


def _back(request: UnitRequest, place: Place) -> HttpResponse:
    return redirect(place.name, request.unit.slug)


def _dialog(
    request: UnitRequest, place: Place, name: str, key: InterfaceKey, form: Any = None
) -> HttpResponse:
    context = {
        "key": key,
        "address": request.path,
        "addresses": {"back": reverse(place.name, args=[request.unit.slug])},
    }
    # The form of the page behind has another name there.
    whole = context | {"dialog_form": form}
    return show_dialog(
        request,
        f"accounts/keys/{name}_dialog.html",
        whole,
        page=place.template,
        behind=lambda: place.behind(request),
        status=status_of(form) if form is not None else 200,
    )
