"""Where work starts: the choice of the unit, the agent's hall, the unit's own home."""

from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.agents.queries import units_of
from accounts.core.names import AccountKind, mask_mobile
from accounts.core.requests import AccountRequest, AgentRequest, UnitRequest
from accounts.rights import actions_page_tabs, page_tabs
from accounts.rights.businesses import BUSINESSES
from accounts.rights.catalogue import ENTRIES
from accounts.rights.panels import panels
from accounts.rights.permissions import account_page, member_required
from accounts.rights.queries import holdings
from accounts.rights.tiles import sections
from accounts.units.views import home
from portal.pages.dialogs import is_fragment, private


@account_page
def units(request: AccountRequest) -> HttpResponse:
    """Let an agent choose the unit to act for; ?unit= is the choice, from here or the hall.

    ?service= is what the agent was on the way to, and goes on to with the choice.
    """
    if request.user.kind != AccountKind.AGENT:
        return redirect("accounts:start")
    service = request.GET.get("service", "")
    if chosen := request.GET.get("unit"):
        return redirect(_address_of(chosen, service))
    context = {
        "units": units_of(request.user.agent),
        "service": ENTRIES.get(service),
    }
    return render(request, "accounts/rights/units.html", context)


@require_safe
@member_required
def hall(request: UnitRequest) -> HttpResponse:
    """Show an agent the hall and the unit's own account its home."""
    if request.agent is None:
        return home(request)
    return render(request, "accounts/rights/hall.html", hall_page(cast(AgentRequest, request)))


def hall_page(request: AgentRequest) -> dict[str, Any]:
    """The context of the agent's hall."""
    shown = sections(request.unit, request.agent, holdings(request.unit))
    opened = [tile.business.code for section in shown for tile in section.tiles if tile.address]
    return {
        "unit": request.unit,
        "units": units_of(request.agent),
        "sections": shown,
        "panels": panels(request.unit.slug, opened),
        "sign_in_name": mask_mobile(request.agent.mobile),
    }


@require_POST
@member_required
def close_page(request: UnitRequest) -> HttpResponse:
    """Close the page tab `page` of the agent; `here` is the tab that is shown.

    The shown one goes to its neighbour, any other leaves the page as it is.
    """
    if request.membership is None:
        raise Http404
    closed, here = request.POST.get("page", ""), request.POST.get("here", "")
    request.business = BUSINESSES.get(here)
    tabs = page_tabs.tabs_of(request)
    shown = {tab.code: tab for tab in tabs}.get(here)
    goal = page_tabs.neighbour(tabs, closed) if closed == here else shown
    actions_page_tabs.close_page(request.membership, closed)
    if is_fragment(request) and closed != here:
        return private(render(request, "components/page_tabs.html", {"next_page": goal}))
    address = goal.address if goal else reverse("accounts:hall", args=[request.unit.slug])
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _address_of(slug: str, service: str) -> str:
    """Return the unit's address, or the service's for the unit. Who may enter is decided there."""
    try:
        if service:
            return f"{reverse('accounts:service', args=[service])}?{urlencode({'unit': slug})}"
        return reverse("accounts:hall", args=[slug])
    except NoReverseMatch as error:
        raise Http404 from error
