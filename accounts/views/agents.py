"""The unit account gives its agents the businesses they handle."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions, queries
from accounts.businesses import of_kinds
from accounts.models import Agent
from accounts.names import mask_mobile
from accounts.origin import origin_of
from accounts.permissions import unit_account_required
from accounts.refusals import Refusal, Refused
from accounts.requests import UnitRequest

SAVED = "保存经办人权限成功!"


@require_safe
@unit_account_required
def agents(request: UnitRequest) -> HttpResponse:
    """List the unit's agents."""
    rows = [(agent, mask_mobile(agent.mobile)) for agent in queries.agents_of(request.unit)]
    return render(request, "accounts/agents.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@unit_account_required
def permissions(request: UnitRequest, agent_id: int) -> HttpResponse:
    """Show and save which businesses one agent holds."""
    agent = queries.agent_of(request.unit, agent_id)
    if agent is None:
        raise Http404
    if request.method != "POST":
        return _form(request, agent, queries.held_by(request.unit, agent))
    ticked = frozenset(request.POST.getlist("business"))
    try:
        actions.save_permissions(
            request.unit, agent, ticked, by=request.user, origin=origin_of(request)
        )
    except Refused as refused:
        return _form(request, agent, ticked, refused.refusals)
    messages.success(request, SAVED)
    return redirect("accounts:agents", request.unit.slug)


def _form(
    request: UnitRequest,
    agent: Agent,
    ticked: frozenset[str],
    refusals: tuple[Refusal, ...] = (),
) -> HttpResponse:
    """Show the tree of businesses; a refusal keeps the ticks and answers 409."""
    holders = queries.holders(request.unit)
    offered = of_kinds(request.unit.kinds)
    groups = {
        group: [(b, b.code in ticked, holders.get(b.code)) for b in offered if b.group is group]
        for group in dict.fromkeys(b.group for b in offered)
    }
    context = {
        "agent": agent,
        "mobile": mask_mobile(agent.mobile),
        "groups": list(groups.items()),
        "refusals": refusals,
    }
    status = 409 if refusals else 200
    return render(request, "accounts/permissions.html", context, status=status)
