"""What the unit account does with one of its agents: 编辑, 查看证件号码, 重置密码, 删除."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from accounts.agents.actions import Reach, change_reach, prompt_new_password, remove_member
from accounts.agents.actions_identity import reveal_id_number
from accounts.agents.forms import ReachForm, ShowNumberForm
from accounts.agents.models import Agent, Membership
from accounts.agents.person_facts import person_facts
from accounts.agents.queries import member_of
from accounts.agents.views import over_list
from accounts.core.forms import RefusalsShown, status_of
from accounts.core.names import mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import UnitRequest, or_404, posted
from accounts.rights.businesses import SERVED
from accounts.rights.permissions import unit_account_form
from accounts.rights.unfinished import Fate, going_along
from accounts.units import queries_closing
from portal.lib.refused import Refused

SAVED = "经办人 {agent} 的联系方式已保存。"
PROMPTED = "已提醒经办人 {agent} 重置密码；请同时当面或电话告知其在登录页点击【忘记密码】。"
REMOVED = "已删除经办人 {agent}。"
FREED = "已删除经办人 {agent}；以下业务现在无人办理，请授权给其他经办人：{businesses}。"


@sensitive_post_parameters("email", "address")
@unit_account_form
def edit(request: UnitRequest, agent_id: int) -> HttpResponse:
    """Change how this unit reaches the agent; who the agent is, the agent alone can change."""
    member = _member(request, agent_id)
    form = ReachForm(posted(request), initial=ReachForm.initial_of(member))
    if form.is_valid():
        reach = Reach(**form.cleaned_data)
        with RefusalsShown(form):
            change_reach(request.unit, member.agent, reach, origin=origin_of(request, request.user))
            messages.success(request, SAVED.format(agent=member.agent.name))
            return _back(request)
    context = {"form": form, "facts": person_facts(member.agent)}
    return _dialog(
        request, "accounts/agents/agent_edit_dialog.html", member, context, status_of(form)
    )


@sensitive_variables("number")
@unit_account_form
def show_number(request: UnitRequest, agent_id: int) -> HttpResponse:
    """Show the whole identity number, in this one answer, to an account that says why."""
    member = _member(request, agent_id)
    form, number = ShowNumberForm(posted(request)), ""
    if form.is_valid():
        with RefusalsShown(form):
            number = reveal_id_number(
                member.agent,
                form.cleaned_data["reason"],
                unit=request.unit,
                origin=origin_of(request, request.user),
            )
    context = {"form": form, "facts": person_facts(member.agent), "number": number}
    return _dialog(
        request, "accounts/agents/agent_number_dialog.html", member, context, status_of(form)
    )


@unit_account_form
def reset_password(request: UnitRequest, agent_id: int) -> HttpResponse:
    """Say how a password is reset, and ask the agent to do so."""
    member, form = _member(request, agent_id), Form(data={})
    if request.method == "POST":
        with RefusalsShown(form):
            prompt_new_password(request.unit, member.agent, origin=origin_of(request, request.user))
            messages.success(request, PROMPTED.format(agent=member.agent.name))
            return _back(request)
    return _dialog(
        request,
        "accounts/agents/agent_password_dialog.html",
        member,
        {"form": form},
        status_of(form),
    )


@unit_account_form
def remove(request: UnitRequest, agent_id: int) -> HttpResponse:
    """Say what ends with the membership, and end it."""
    member = _member(request, agent_id)
    if request.method == "POST":
        return _remove(request, member.agent)
    leaving = queries_closing.leaving(request.unit, member.agent)
    businesses = [business.code for business in leaving.businesses]
    going = going_along(request.unit, businesses)
    context = {
        "leaving": leaving,
        "has_contact_number": request.unit.contact_mobile == member.agent.mobile,
        "moving": [pile for pile in going if pile.fate is Fate.WAITS],
        "pausing": [pile for pile in going if pile.pauses],
        "ending": [pile for pile in going if pile.ends],
    }
    return _dialog(request, "accounts/agents/agent_remove_dialog.html", member, context)


def _remove(request: UnitRequest, agent: Agent) -> HttpResponse:
    try:
        freed = remove_member(request.unit, agent, origin=origin_of(request, request.user))
    except Refused as refused:
        messages.warning(request, str(refused))
        return _back(request)
    titles = "、".join(business.title for code, business in SERVED.items() if code in freed)
    words = FREED if freed else REMOVED
    messages.success(request, words.format(agent=agent.name, businesses=titles))
    return _back(request)


def _member(request: UnitRequest, agent_id: int) -> Membership:
    return or_404(member_of(request.unit, agent_id))


def _back(request: UnitRequest) -> HttpResponse:
    return redirect("accounts:agents", request.unit.slug)


def _dialog(
    request: UnitRequest,
    template: str,
    member: Membership,
    more: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Show a dialog about one agent over the list."""
    context = {
        "agent": member.agent,
        "mobile": mask_mobile(member.agent.mobile),
        **more,
    }
    return over_list(request, template, context, status)
