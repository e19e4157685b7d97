"""添加经办人: the number is proven by SMS first; only then does it matter whether it is known."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from accounts.agents.actions import bind_known, bind_person
from accounts.agents.forms import PersonForm
from accounts.agents.views import over_list
from accounts.core.forms import RefusalsShown, status_of
from accounts.core.names import mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import UnitRequest, posted
from accounts.rights.permissions import unit_account_form
from accounts.signing_in import proven_numbers
from accounts.signing_in.actions_sms import redeem_sms_code
from accounts.signing_in.forms_fields import MobileSmsForm
from accounts.signing_in.models import SmsCode
from accounts.signing_in.views_sms import SmsFields, answer, fields, is_asked

MEMBER = SmsCode.Purpose.MEMBER
BOUND = "绑定成功!"
BOUND_NEW = "绑定成功! 请经办人在登录页点击【忘记密码】，用本人手机的短信验证码设置密码后登录。"
BOUND_MEANWHILE = (
    "绑定成功! 该手机号刚刚已登记为经办人 {agent}，姓名和证件以已登记的为准；请核对是否为同一人。"
)
UNKNOWN = "当前手机号未被注册，请完善经办人信息。"
UNPROVEN = (
    f"手机号还没有验证，或验证已超过 {proven_numbers.LIFE // timedelta(minutes=1)} 分钟；"
    "请重新验证手机号。"
)


@sensitive_post_parameters("mobile", "captcha_1", "sms_code")
@unit_account_form
def add(request: UnitRequest) -> HttpResponse:
    """Ask for the number and the code sent to it; bind who is known, ask on about who is not."""
    if is_asked(request):
        return answer(
            request,
            MEMBER,
            mobile=request.POST.get("mobile", ""),
            unit=request.unit,
            page=lambda sms: _number(request, MobileSmsForm(initial=request.POST.dict()), sms),
        )
    form = MobileSmsForm(posted(request))
    if form.is_valid():
        with RefusalsShown(form):
            return _proven(request, form.cleaned_data["mobile"], form.cleaned_data["sms_code"])
    return _number(request, form, fields(request))


@sensitive_post_parameters("id_number", "email", "address")
@unit_account_form
def add_person(request: UnitRequest) -> HttpResponse:
    """Ask who has the proven number, which nobody was known by."""
    mobile = proven_numbers.proved(request, MEMBER)
    if mobile is None:
        messages.warning(request, UNPROVEN)
        return redirect("accounts:agent-add", request.unit.slug)
    form = PersonForm(posted(request))
    if form.is_valid():
        with RefusalsShown(form):
            return _bind(request, mobile, form)
    context = {"mobile": mask_mobile(mobile), "unknown": UNKNOWN}
    return _dialog(request, "accounts/agents/agent_person_dialog.html", form, context)


def _proven(request: UnitRequest, mobile: str, code: str) -> HttpResponse:
    """Use the code up, then bind the agent or go on to the second form. Raises Refused."""
    origin = origin_of(request)
    redeem_sms_code(MEMBER, mobile, code, origin=origin, unit=request.unit)
    if bind_known(request.unit, mobile, origin=origin.done_by(request.user)):
        messages.success(request, BOUND)
        return redirect("accounts:agents", request.unit.slug)
    proven_numbers.prove(request, MEMBER, mobile)
    return redirect("accounts:agent-add-person", request.unit.slug)


def _bind(request: UnitRequest, mobile: str, form: PersonForm) -> HttpResponse:
    bound = bind_person(
        request.unit, mobile, form.person(), origin=origin_of(request, request.user)
    )
    proven_numbers.forget(request, MEMBER)
    if bound.created:
        messages.success(request, BOUND_NEW)
    else:
        messages.warning(request, BOUND_MEANWHILE.format(agent=bound.agent.name))
    return redirect("accounts:agents", request.unit.slug)


def _number(request: UnitRequest, form: MobileSmsForm, sms: SmsFields) -> HttpResponse:
    return _dialog(request, "accounts/agents/agent_add_dialog.html", form, {"sms": sms})


def _dialog(
    request: UnitRequest, template: str, form: MobileSmsForm | PersonForm, more: dict[str, Any]
) -> HttpResponse:
    """Show a form over the list of agents; what was refused stands in it, with 422."""
    return over_list(request, template, {"form": form, **more}, status_of(form))
