"""转授权 and 临时代办: the unit account gives a business on, for good or for a time."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.agents.models import Agent
from accounts.agents.queries import agents_of
from accounts.agents.views import over_list
from accounts.core.forms import RefusalsShown
from accounts.core.names import mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import UnitRequest, posted
from accounts.rights import actions_handing_over
from accounts.rights.businesses import SERVED, Business
from accounts.rights.forms import HandOverForm, StandInForm, ToSomebody
from accounts.rights.holding import Holding
from accounts.rights.permissions import unit_account_form, unit_account_required
from accounts.rights.queries import holdings
from accounts.rights.unfinished import going_along
from portal.lib.clock import to_minute
from portal.lib.refused import Refused

HANDED_OVER = "转授权成功!“{business}”现由经办人 {agent} 办理。"
STANDS_IN = "设置成功!“{business}”于 {starts} 至 {until} 由经办人 {agent} 临时代办。"
ENDED = "临时代办已结束。"


@unit_account_form
def hand_over(request: UnitRequest, business: str) -> HttpResponse:
    """Show what goes along, and give the business to another agent; ?to= is the one chosen."""
    found, hand, others = _found(request, business)
    form = HandOverForm(others, posted(request), initial=_initial(request, hand))
    if form.is_valid():
        to = _chosen(others, form)
        with RefusalsShown(form):
            actions_handing_over.hand_over(
                request.unit,
                business,
                holder_id=form.holder_id,
                to=to,
                origin=origin_of(request, request.user),
            )
            messages.success(request, HANDED_OVER.format(business=found.title, agent=to.name))
            return redirect("accounts:agents", request.unit.slug)
    more = {"moving": going_along(request.unit, [business])}
    return _dialog(request, "accounts/rights/hand_over_dialog.html", found, hand, form, more)


@unit_account_form
def stand_in(request: UnitRequest, business: str) -> HttpResponse:
    """Put another agent in the holder's place for a period."""
    found, hand, others = _found(request, business)
    form = StandInForm(others, posted(request), initial=_initial(request, hand))
    if form.is_valid():
        agent = _chosen(others, form)
        with RefusalsShown(form):
            made = actions_handing_over.stand_in(
                request.unit,
                business,
                agent,
                holder_id=form.holder_id,
                starts_at=form.cleaned_data["starts_at"],
                ends_at=form.cleaned_data["ends_at"],
                origin=origin_of(request, request.user),
            )
            starts, until = to_minute(made.starts_at), to_minute(made.ends_at)
            said = {"business": found.title, "agent": agent.name, "starts": starts, "until": until}
            messages.success(request, STANDS_IN.format(**said))
            return redirect("accounts:agents", request.unit.slug)
    return _dialog(request, "accounts/rights/stand_in_dialog.html", found, hand, form, {})


@require_POST
@unit_account_required
def end_stand_in(request: UnitRequest, stand_in_id: int) -> HttpResponse:
    """End a stand-in early."""
    try:
        actions_handing_over.end_stand_in(
            request.unit, stand_in_id, origin=origin_of(request, request.user)
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, ENDED)
    return redirect("accounts:agents", request.unit.slug)


def _found(request: UnitRequest, business: str) -> tuple[Business, Holding | None, list[Agent]]:
    """The business, in whose hand it is, and to whom it can go; 404 for none of the unit's."""
    found = SERVED.get(business)
    if found is None or not found.kinds & request.unit.kinds:
        raise Http404
    hand = holdings(request.unit).get(business)
    others = [a for a in agents_of(request.unit) if hand is None or a != hand.holder]
    return found, hand, others


def _initial(request: UnitRequest, hand: Holding | None) -> dict[str, Any]:
    return {"holder": hand.holder.pk if hand else 0, "agent": request.GET.get("to", "")}


def _chosen(others: list[Agent], form: ToSomebody) -> Agent:
    return next(agent for agent in others if agent.pk == form.cleaned_data["agent"])


def _dialog(
    request: UnitRequest,
    template: str,
    business: Business,
    hand: Holding | None,
    form: ToSomebody,
    more: dict[str, Any],
) -> HttpResponse:
    """Show the form over the list of agents; what was refused stands in it, with 409."""
    context = {
        "business": business,
        "hand": hand,
        "mobile": mask_mobile(hand.holder.mobile) if hand else "",
        "form": form,
        **more,
    }
    return over_list(request, template, context, 409 if form.errors else 200)
