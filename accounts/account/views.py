"""What everyone signed in sees and changes of the own account (/account/…)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts.account.actions import change_contact_mobile, change_own_reach, renew_document
from accounts.account.forms import ContactForm, IdDocumentForm
from accounts.agents.actions import Reach
from accounts.agents.forms import ReachForm
from accounts.agents.models import Agent
from accounts.agents.person_facts import UNKNOWN, person_facts
from accounts.core.forms import RefusalsShown, status_of
from accounts.core.names import AccountKind, mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import AccountRequest, posted
from accounts.rights.permissions import View, account_form, account_page, denied
from accounts.signing_in.actions_passwords import change_password, confirm_password
from accounts.signing_in.actions_sms import redeem_sms_code
from accounts.signing_in.forms_passwords import ChangePasswordForm
from accounts.signing_in.models import SmsCode
from accounts.signing_in.sessions import current
from accounts.signing_in.views_sms import SmsFields, answer, fields, is_asked
from accounts.units.models import Unit
from portal.lib.refused import refusal

CHANGED = "密码已修改，其他设备均已退出登录。"
CONTACT_CHANGED = "联系手机号已变更为 {mobile}。"
REACH_CHANGED = "联系方式已保存。"
DOCUMENT_RENEWED = "证件信息已更新。"


@account_page
def account(request: AccountRequest) -> HttpResponse:
    """Show what is known of the account, and what can be changed."""
    return render(request, "accounts/account/account.html", {"facts": _facts(request)})


@sensitive_post_parameters("password", "new_password", "again")
@account_form
def password(request: AccountRequest) -> HttpResponse:
    """修改密码."""
    form = ChangePasswordForm(posted(request))
    if form.is_valid() and password_changed(request, form):
        return redirect("accounts:account")
    return _page(request, "修改密码", form)


@sensitive_post_parameters("password", "mobile", "sms_code")
@account_form
def contact(request: AccountRequest) -> HttpResponse:
    """变更联系手机号 of a unit: the number that recovers its account."""
    if request.user.kind != AccountKind.UNIT:
        return denied(request, refusal("contact_of_unit_account").message)
    unit: Unit = request.user.unit

    def page(sms: SmsFields, form: ContactForm | None = None) -> HttpResponse:
        shown = form or ContactForm(initial={"mobile": request.POST.get("mobile", "")})
        facts = [("现联系手机号", _masked(unit.contact_mobile))]
        return _page(request, "变更联系手机号", shown, sms=sms, facts=facts)

    if is_asked(request):
        typed = request.POST.get("mobile", "")
        return answer(request, SmsCode.Purpose.CONTACT, mobile=typed, page=page, unit=unit)
    form = ContactForm(posted(request))
    if form.is_valid():
        with RefusalsShown(form):
            _change_contact(request, unit, form.cleaned_data)
            mobile = mask_mobile(form.cleaned_data["mobile"])
            messages.success(request, CONTACT_CHANGED.format(mobile=mobile))
            return redirect("accounts:account")
    return page(fields(request), form)


def _of_agent(view: Callable[[AccountRequest, Agent], HttpResponse]) -> View:
    """Let an agent see and send a form of its own data."""

    @wraps(view)
    def guarded(request: AccountRequest) -> HttpResponse:
        if request.user.kind != AccountKind.AGENT:
            return denied(request, refusal("data_of_agents").message)
        return view(request, request.user.agent)

    return account_form(guarded)


@sensitive_post_parameters("email", "address")
@_of_agent
def reach(request: AccountRequest, agent: Agent) -> HttpResponse:
    """修改联系方式."""
    form = ReachForm(posted(request), initial=ReachForm.initial_of(agent))
    if form.is_valid():
        change_own_reach(agent, Reach(**form.cleaned_data), origin=origin_of(request))
        messages.success(request, REACH_CHANGED)
        return redirect("accounts:account")
    return _page(request, "修改联系方式", form)


@sensitive_post_parameters("id_number")
@_of_agent
def document(request: AccountRequest, agent: Agent) -> HttpResponse:
    """更新证件信息."""
    form = IdDocumentForm(posted(request), initial=IdDocumentForm.initial_of(agent))
    if form.is_valid():
        with RefusalsShown(form):
            renew_document(agent, form.document(), origin=origin_of(request))
            messages.success(request, DOCUMENT_RENEWED)
            return redirect("accounts:account")
    return _page(request, "更新证件信息", form)


def password_changed(request: AccountRequest, form: ChangePasswordForm) -> bool:
    """Change the password and say so; a refusal is put on the form."""
    values, keep = form.cleaned_data, current(request)
    old, new = values["password"], values["new_password"]
    with RefusalsShown(form):
        change_password(request.user, old=old, new=new, keep=keep, origin=origin_of(request))
        # Else this session would end too; it gets a new key with it.
        update_session_auth_hash(request, request.user)
        messages.success(request, CHANGED)
        return True
    return False


def _change_contact(request: AccountRequest, unit: Unit, values: dict[str, Any]) -> None:
    """The password first, so that a stolen session tries no codes. Raises Refused."""
    origin = origin_of(request)
    confirm_password(request.user, values["password"])
    purpose = SmsCode.Purpose.CONTACT
    mobile, code = values["mobile"], values["sms_code"]
    redeem_sms_code(purpose, mobile, code, origin=origin, unit=unit)
    change_contact_mobile(unit, values["mobile"], origin=origin.done_by(request.user))


def _page(
    request: AccountRequest,
    title: str,
    form: Form,
    *,
    sms: SmsFields | None = None,
    facts: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """Show one form; a refused one answers 422."""
    context = {"title": title, "form": form, "sms": sms, "facts": facts or []}
    return render(request, "accounts/account/account_form.html", context, status=status_of(form))


def _facts(request: AccountRequest) -> list[tuple[str, str]]:
    """The rows of the page, by the kind of account."""
    own = request.user
    if own.kind == AccountKind.UNIT:
        return [
            ("单位账号", own.name),
            ("单位名称", own.unit.name),
            ("联系手机号", _masked(own.unit.contact_mobile)),
        ]
    if own.kind == AccountKind.STAFF:
        return [("工作人员账号", own.name)]
    agent = own.agent
    return [
        *person_facts(agent),
        ("联系邮箱", agent.email or UNKNOWN),
        ("联系地址", agent.address or UNKNOWN),
        ("邮政编码", agent.postcode or UNKNOWN),
    ]


def _masked(mobile: str) -> str:
    return mask_mobile(mobile) if mobile else UNKNOWN
