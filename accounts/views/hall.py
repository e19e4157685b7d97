"""Where work starts: the choice of the unit, the agent's hall, the unit's own home."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.businesses import kind_words
from accounts.catalogue import ENTRIES
from accounts.names import Kind, mask_mobile
from accounts.permissions import account_required, member_required
from accounts.requests import AccountRequest, UnitRequest
from accounts.tiles import sections


@require_safe
@account_required
def units(request: AccountRequest) -> HttpResponse:
    """Let an agent choose the unit to act for; ?unit= is the choice, from here or the hall.

    ?service= is what the agent was on the way to, and goes on to with the choice.
    """
    if request.user.kind != Kind.AGENT:
        return redirect("accounts:start")
    service = request.GET.get("service", "")
    if chosen := request.GET.get("unit"):
        return redirect(_address_of(chosen, service))
    context = {
        "units": queries.units_of(request.user.agent),
        "service": ENTRIES.get(service),
    }
    return render(request, "accounts/units.html", context)


@require_safe
@member_required
def hall(request: UnitRequest) -> HttpResponse:
    """Show an agent the hall and the unit's own account its home."""
    if request.agent is None:
        context = {"unit": request.unit, "kinds": kind_words(request.unit.kinds)}
        return render(request, "accounts/unit_home.html", context)
    context = {
        "unit": request.unit,
        "units": queries.units_of(request.agent),
        "sections": sections(request.unit, request.agent, queries.hands(request.unit)),
        "sign_in_name": mask_mobile(request.agent.mobile),
    }
    return render(request, "accounts/hall.html", context)


def _address_of(slug: str, service: str) -> str:
    """Return the unit's address, or the service's for the unit. Who may enter is decided there."""
    try:
        if service:
            return f"{reverse('accounts:service', args=[service])}?{urlencode({'unit': slug})}"
        return reverse("accounts:hall", args=[slug])
    except NoReverseMatch as error:
        raise Http404 from error
