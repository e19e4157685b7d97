"""申请权限: an agent asks for a business, the unit account answers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.agents.views import over_list
from accounts.core.forms import RefusalsShown
from accounts.core.names import mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, UnitRequest, or_404, posted, takes_form
from accounts.rights import queries
from accounts.rights.actions_asking import (
    grant_request,
    refuse_request,
    request_access,
    withdraw_request,
)
from accounts.rights.businesses import BUSINESSES, SERVED, Business
from accounts.rights.forms import AnswerForm, AskForm
from accounts.rights.models import AccessRequest
from accounts.rights.permissions import agent_required, unit_account_form
from accounts.rights.queries import own_request, request_of
from accounts.rights.views_hall import hall_page
from portal.lib.refused import Refused
from portal.pages.dialogs import show_dialog

ASKED = "申请已提交，请等待单位账号处理；处理结果会以消息通知您。"
WITHDRAWN = "申请已撤回。"
GRANTED = "已同意申请，“{business}”已授权给经办人 {agent}。"
REFUSED = "已回复不同意，经办人会收到消息。"


@takes_form
@agent_required
def ask(request: AgentRequest, business: str) -> HttpResponse:
    """Show the form, or the request that is open already; 提交 sends it."""
    found = _of_unit(request, business)
    form = AskForm(posted(request))
    if form.is_valid():
        with RefusalsShown(form):
            request_access(
                request.unit,
                request.agent,
                business,
                form.cleaned_data["reason"],
                origin=origin_of(request),
            )
            messages.success(request, ASKED)
            return redirect("accounts:hall", request.unit.slug)
    context = {
        "business": found,
        "form": form,
        "asked": own_request(request.unit, request.agent, business),
        "address": request.path,
        "back": reverse("accounts:hall", args=[request.unit.slug]),
    }
    return show_dialog(
        request,
        "accounts/rights/access_dialog.html",
        context,
        page="accounts/rights/hall.html",
        behind=lambda: hall_page(request),
        status=409 if form.errors else 200,
    )


@require_POST
@agent_required
def withdraw(request: AgentRequest, request_id: int) -> HttpResponse:
    """Take one's own request back."""
    try:
        withdraw_request(request.unit, request.agent, request_id, origin=origin_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, WITHDRAWN)
    return redirect("accounts:hall", request.unit.slug)


@unit_account_form
def answer(request: UnitRequest, request_id: int) -> HttpResponse:
    """Show one request; 同意 grants it, 不同意 refuses it with a note."""
    asked = or_404(request_of(request.unit, request_id))
    form = AnswerForm(posted(request))
    if form.is_valid():
        with RefusalsShown(form):
            said = _answer(request, asked, form.cleaned_data["note"])
            messages.success(request, said)
            return redirect("accounts:agents", request.unit.slug)
    return _answer_dialog(request, asked, form)


def _answer(request: UnitRequest, asked: AccessRequest, note: str) -> str:
    """Grant or refuse, as the button says; returns what the unit account is told."""
    origin = origin_of(request, request.user)
    if "refuse" in request.POST:
        refuse_request(request.unit, asked.pk, note, origin=origin)
        return REFUSED
    grant_request(request.unit, asked.pk, origin=origin)
    return GRANTED.format(business=BUSINESSES[asked.business].title, agent=asked.agent.name)


def _answer_dialog(request: UnitRequest, asked: AccessRequest, form: AnswerForm) -> HttpResponse:
    holder = queries.holder(request.unit, asked.business)
    hand_over = reverse("accounts:hand-over", args=[request.unit.slug, asked.business])
    context = {
        "business": BUSINESSES[asked.business],
        "asked": asked,
        "mobile": mask_mobile(asked.agent.mobile),
        "holder": holder,
        "hand_over": f"{hand_over}?to={asked.agent_id}" if holder else "",
        "form": form,
    }
    status = 409 if form.errors else 200
    return over_list(request, "accounts/rights/answer_dialog.html", context, status)


def _of_unit(request: UnitRequest, business: str) -> Business:
    found = SERVED.get(business)
    if found is None or not found.kinds & request.unit.kinds:
        raise Http404
    return found
