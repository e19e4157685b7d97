"""单位注册: 账户信息, 企业信息, 经办人信息, and what comes next.

Each step keeps what was typed in the session (accounts.units.drafts), so that one can go back and
forth; the last stores the unit. The agent's step asks for the mobile number and its SMS code
first. Only a number proven so leads on, and only then is it said whether it is known.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.core.forms import RefusalsShown, status_of
from accounts.core.names import canonical, mask_mobile
from accounts.core.origin import origin_of
from accounts.core.queries import agent_for
from accounts.core.requests import takes_form
from accounts.signing_in import proven_numbers
from accounts.signing_in.actions_sms import redeem_sms_code
from accounts.signing_in.forms_fields import MobileSmsForm
from accounts.signing_in.models import SmsCode
from accounts.signing_in.views_sms import SmsFields, answer, fields, is_asked
from accounts.units.actions_registration import (
    FirstAgent,
    check_account_name,
    check_enterprise,
    register_unit,
)
from accounts.units.drafts import Draft
from accounts.units.forms_registration import AccountForm, AgentForm, EnterpriseForm, enterprise_of

REGISTER = SmsCode.Purpose.REGISTER
STEPS = {"register": "账户信息", "register-enterprise": "企业信息", "register-agent": "经办人信息"}
ACCOUNT, ENTERPRISE, AGENT = STEPS
BACK, CHANGE = "back", "change"
DONE = "registered"
SECRETS = ("password", "again", "legal_id_number", "id_number", "sms_code", "captcha_1")
View = Callable[[HttpRequest, Draft], HttpResponse]


def step(name: str) -> Callable[[View], Callable[[HttpRequest], HttpResponse]]:
    """Guard a step: not for somebody signed in, and only after the steps before it."""

    def decorate(view: View) -> Callable[[HttpRequest], HttpResponse]:
        @never_cache
        @sensitive_post_parameters(*SECRETS)
        @takes_form
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if request.user.is_authenticated:
                return redirect("accounts:start")
            draft = Draft(request)
            before = list(STEPS)[: list(STEPS).index(name)]
            if missing := draft.first_open(before):
                return redirect(f"accounts:{missing}")
            return view(request, draft)

        return guarded

    return decorate


@step(ACCOUNT)
def account(request: HttpRequest, draft: Draft) -> HttpResponse:
    """账户信息."""
    form = AccountForm(
        request.POST or None,
        initial=draft.shown(ACCOUNT),
        has_password=bool(draft.secret(ACCOUNT, "password")),
    )
    if form.is_valid():
        values = form.cleaned_data
        with RefusalsShown(form):
            check_account_name(values["account_name"], origin=origin_of(request))
            draft.keep(ACCOUNT, _without(values, "again"), good=True)
            return redirect(f"accounts:{ENTERPRISE}")
    return _page(request, ACCOUNT, form)


@step(ENTERPRISE)
def enterprise(request: HttpRequest, draft: Draft) -> HttpResponse:
    """企业信息."""
    kept = draft.secret(ENTERPRISE, "legal_id_number")
    form = EnterpriseForm(request.POST or None, initial=draft.shown(ENTERPRISE), kept_number=kept)
    if BACK in request.POST:
        draft.keep(ENTERPRISE, _typed(request, form), good=False)
        return redirect(f"accounts:{ACCOUNT}")
    if form.is_valid():
        with RefusalsShown(form):
            check_enterprise(form.enterprise(), origin=origin_of(request))
            draft.keep(ENTERPRISE, form.cleaned_data, good=True)
            return redirect(f"accounts:{AGENT}")
    return _page(request, ENTERPRISE, form)


@step(AGENT)
def agent(request: HttpRequest, draft: Draft) -> HttpResponse:
    """经办人信息: the number, then the person; both at one address."""
    if CHANGE in request.POST:
        proven_numbers.forget(request, REGISTER)
        return redirect(f"accounts:{AGENT}")
    if mobile := proven_numbers.proved(request, REGISTER):
        return _person(request, draft, mobile)
    return _number(request, draft)


@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """Say what comes next; to whoever has just registered."""
    if DONE not in request.session:
        return redirect("accounts:register")
    return render(request, "accounts/units/register/done.html", request.session[DONE])


def _number(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Ask for the mobile number and prove it."""

    def page(sms: SmsFields) -> HttpResponse:
        return _page(request, AGENT, MobileSmsForm(initial=request.POST.dict()), sms=sms)

    if BACK in request.POST:
        draft.keep("mobile", {"mobile": request.POST.get("mobile", "")}, good=False)
        return redirect(f"accounts:{ENTERPRISE}")
    if is_asked(request):
        return answer(request, REGISTER, mobile=request.POST.get("mobile", ""), page=page)
    form = MobileSmsForm(request.POST or None, initial=draft.shown("mobile"))
    if form.is_valid():
        mobile, code = form.cleaned_data["mobile"], form.cleaned_data["sms_code"]
        with RefusalsShown(form):
            redeem_sms_code(REGISTER, mobile, code, origin=origin_of(request))
            proven_numbers.prove(request, REGISTER, mobile)
            return redirect(f"accounts:{AGENT}")
    return _page(request, AGENT, form, sms=fields(request))


def _person(request: HttpRequest, draft: Draft, mobile: str) -> HttpResponse:
    """Ask who the agent is, unless the number is known, and store the unit."""
    known = agent_for(mobile)
    form: forms.Form
    if known:
        form = forms.Form(request.POST or None)
    else:
        kept = draft.secret(AGENT, "id_number")
        form = AgentForm(
            request.POST or None, initial=draft.shown(AGENT), mobile=mobile, kept_number=kept
        )
    if BACK in request.POST:
        draft.keep(AGENT, _without(_typed(request, form), "password", "again"), good=False)
        return redirect(f"accounts:{ENTERPRISE}")
    # An empty form of a known agent is valid as soon as it is sent.
    if request.method == "POST" and form.is_valid():
        if isinstance(form, AgentForm):
            person, password = form.person(), form.cleaned_data["password"]
            first = FirstAgent(mobile, person, password)
        else:
            first = FirstAgent(mobile)
        with RefusalsShown(form):
            _register(request, draft, first)
            return redirect("accounts:register-done")
    return _page(request, AGENT, form, mobile=mask_mobile(mobile), proven=True, known=known)


def _register(request: HttpRequest, draft: Draft, first: FirstAgent) -> None:
    """Store the unit from the draft and end the draft. Raises Refused."""
    name = canonical(draft.shown(ACCOUNT)["account_name"]).name
    number = draft.secret(ENTERPRISE, "legal_id_number")
    unit = register_unit(
        account_name=name,
        password_hash=draft.secret(ACCOUNT, "password"),
        enterprise=enterprise_of({**draft.shown(ENTERPRISE), "legal_id_number": number}),
        agent=first,
        origin=origin_of(request),
    )
    draft.clear()
    proven_numbers.forget(request, REGISTER)
    request.session[DONE] = {
        "account": name,
        "unit": unit.name,
        "mobile": mask_mobile(first.mobile),
    }


def _page(request: HttpRequest, name: str, form: forms.Form, **context: Any) -> HttpResponse:
    """Show a step; what is refused answers 422."""
    template = f"accounts/units/register/{name}.html"
    shown = {"form": form, "steps": STEPS, "current": name, **context}
    return render(request, template, shown, status=status_of(form))


def _typed(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    """Return what was typed into the form's fields, good or not."""
    return {
        name: request.POST.getlist(name)
        if isinstance(field, forms.MultipleChoiceField)
        else request.POST.get(name, "")
        for name, field in form.fields.items()
    }


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
