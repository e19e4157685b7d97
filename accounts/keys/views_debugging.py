"""签名调试: whoever does the business of keys sees why a signature of theirs is not right."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.core.forms import RefusalsShown, status_of
from accounts.core.limits import HOUR, Limit, spend
from accounts.core.requests import AgentRequest, posted, takes_form
from accounts.keys.debugging import Diagnosis, diagnose, hidden
from accounts.keys.forms_debugging import DebugForm, shown_ak
from accounts.keys.mistakes import Parts
from accounts.keys.models import InterfaceKey
from accounts.keys.queries import listed_keys
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights.permissions import business_required
from accounts.units.models import Unit
from portal.lib.refused import Refused
from portal.pages.dialogs import private

DEBUGS_AN_HOUR = 200


@sensitive_post_parameters()
@sensitive_variables()
@takes_form
@business_required(SELF_SERVICE)
def debug(request: AgentRequest) -> HttpResponse:
    """Show the form, and below it what is said of a call. Nothing of it is kept."""
    keys = listed_keys(request.unit)
    secrets = [key.sk for key in keys]
    form = DebugForm(posted(request), secrets)
    diagnosis = None
    if form.is_valid():
        with RefusalsShown(form):
            diagnosis = _diagnosed(request.unit, keys, form)
    if form.is_bound:
        # Whoever pasted an SKey does not get it back.
        form.data = {name: hidden(str(text), secrets) for name, text in form.data.items()}
    context = {
        "form": form,
        "diagnosis": diagnosis,
        "address": request.path,
        "keys_address": reverse("accounts:keys", args=[request.unit.slug]),
    }
    page = render(request, "accounts/keys/debug.html", context, status=status_of(form))
    return private(page)


@sensitive_variables()
def _diagnosed(unit: Unit, keys: list[InterfaceKey], form: DebugForm) -> Diagnosis:
    """What is said of a call. Raises Refused: debugs_too_many, debug_key_unknown."""
    limit = Limit("signature-debug", str(unit.pk), DEBUGS_AN_HOUR, HOUR)
    spend("debugs_too_many", limit, times=str(DEBUGS_AN_HOUR))
    sent = form.sent()
    secrets = {key.ak: key.sk for key in keys}
    if sent.ak not in secrets:
        raise Refused("debug_key_unknown", found=shown_ak(hidden(sent.ak, secrets.values())))
    parts = Parts(sent.ak, sent.timestamp, secrets.pop(sent.ak), sent.param)
    return diagnose(parts, sent.sign, secrets, form.cleaned_data["signed"])
