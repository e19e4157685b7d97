"""The unit account gives its agents the businesses they handle."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.agents.listing import listing
from accounts.agents.models import Agent
from accounts.agents.queries import agent_of
from accounts.core.kinds import kind_words
from accounts.core.names import mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import UnitRequest, or_404
from accounts.rights.actions_granting import save_permissions
from accounts.rights.businesses import BUSINESSES, GROUPS, Business, Group
from accounts.rights.permissions import unit_account_form, unit_account_page
from accounts.rights.queries import held_by, holders
from accounts.rights.unfinished import stopping
from accounts.rights.unit_holdings import rights_section
from accounts.units.models import Unit
from portal.lib.refused import Refusal, Refused
from portal.pages.dialogs import show_dialog

LIST = "accounts/agents/agents.html"
SAVED = "保存经办人权限成功!"
NOT_SERVED = "不在本平台办理，无需授权"
WRONG_KIND = "只面向{kinds}，不能授权"


class Choice(NamedTuple):
    """A leaf of the tree of permissions.

    `holder`: another agent who holds the business. `reason`: why it can be granted to nobody.
    `hand_over`: where the holder's business is given to this agent instead.
    """

    business: Business
    ticked: bool
    holder: Agent | None
    reason: str
    hand_over: str = ""


@unit_account_page
def agents(request: UnitRequest) -> HttpResponse:
    """List the unit's agents."""
    return render(request, LIST, agent_list(request))


@unit_account_form
def permissions(request: UnitRequest, agent_id: int) -> HttpResponse:
    """Show and save which businesses one agent holds."""
    agent = or_404(agent_of(request.unit, agent_id))
    if request.method != "POST":
        return _form(request, agent, held_by(request.unit, agent))
    ticked = frozenset(request.POST.getlist("business"))
    try:
        save_permissions(request.unit, agent, ticked, origin=origin_of(request, request.user))
    except Refused as refused:
        return _form(request, agent, ticked, refused.refusals)
    messages.success(request, SAVED)
    return redirect("accounts:agents", request.unit.slug)


def agent_list(request: UnitRequest) -> dict[str, Any]:
    """The context of the list of agents, and of whose the businesses are."""
    return {
        **rights_section(request.unit),
        **listing(request),
    }


def over_list(
    request: UnitRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Show a dialog over the list of agents, to which 取消 leads back."""
    back = reverse("accounts:agents", args=[request.unit.slug])
    return show_dialog(
        request,
        template,
        {"address": request.path, "back": back, **context},
        page=LIST,
        behind=lambda: agent_list(request),
        status=status,
    )


def _form(
    request: UnitRequest,
    agent: Agent,
    ticked: frozenset[str],
    refusals: tuple[Refusal, ...] = (),
) -> HttpResponse:
    """Show the tree of businesses; a refusal keeps the ticks and answers 409."""
    context = {
        "agent": agent,
        "mobile": mask_mobile(agent.mobile),
        "groups": _tree(request.unit, agent, ticked),
        "refusals": refusals,
        "stopping": stopping(request.unit, held_by(request.unit, agent)),
    }
    status = 409 if refusals else 200
    return over_list(request, "accounts/rights/permissions_dialog.html", context, status)


def _tree(unit: Unit, agent: Agent, ticked: frozenset[str]) -> list[tuple[Group, list[Choice]]]:
    """Return the open groups of the hall, each with a choice for every business."""
    held = holders(unit)
    others = {code: holder for code, holder in held.items() if holder != agent}
    return [
        (
            group,
            [
                _choice(b, unit, agent, others.get(b.code), b.code in ticked)
                for b in BUSINESSES.values()
                if b.group is group
            ],
        )
        for group in GROUPS
        if not group.locked
    ]


def _choice(
    business: Business, unit: Unit, agent: Agent, holder: Agent | None, ticked: bool
) -> Choice:
    """One leaf; a business that somebody else holds can be handed over to the agent."""
    hand_over = ""
    if holder is not None:
        address = reverse("accounts:hand-over", args=[unit.slug, business.code])
        hand_over = f"{address}?to={agent.pk}"
    return Choice(business, ticked, holder, _reason(business, unit), hand_over)


def _reason(business: Business, unit: Unit) -> str:
    """Why the unit cannot give this business to anyone; empty when it can."""
    if not business.served:
        return NOT_SERVED
    if not business.kinds & unit.kinds:
        return WRONG_KIND.format(kinds=kind_words(business.kinds))
    return ""
