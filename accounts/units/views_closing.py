"""账号注销 (/close/): what follows from it for this account, then password, SMS code and name."""

from typing import Any

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.core.forms import RefusalsShown
from accounts.core.names import AccountKind, mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import AccountRequest
from accounts.rights.permissions import account_form, denied
from accounts.signing_in.actions_passwords import confirm_password
from accounts.signing_in.actions_sms import redeem_sms_code
from accounts.signing_in.models import SmsCode
from accounts.signing_in.queries import proving_mobile
from accounts.signing_in.views_sms import SmsFields, answer, fields, is_asked
from accounts.units.actions_closing import close_agent, close_unit, refuse_unfinished
from accounts.units.forms_closing import CloseForm
from accounts.units.queries_closing import endings, only_here, unfinished
from portal.lib.refused import refusal

CLOSE = SmsCode.Purpose.CLOSE


@sensitive_post_parameters("password", "sms_code")
@account_form
def close(request: AccountRequest) -> HttpResponse:
    """Say what follows, and end the account once everything is proven."""
    if request.user.kind == AccountKind.STAFF:
        return denied(request, refusal("staff_not_closed").message)
    mobile = proving_mobile(request.user)

    def page(sms: SmsFields, form: CloseForm | None = None) -> HttpResponse:
        return _page(request, mobile, sms, form)

    if mobile and is_asked(request):
        return answer(request, CLOSE, mobile=mobile, page=page)
    if request.method != "POST":
        return page(fields(request))
    form = CloseForm(request.user, request.POST)
    if form.is_valid():
        with RefusalsShown(form):
            _close(request, mobile, form.cleaned_data)
            auth.logout(request)
            return redirect("accounts:close-done")
    return page(fields(request), form)


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Say that it is done; there is nobody left to say it to by name."""
    return render(request, "accounts/units/closed.html")


def _close(request: AccountRequest, mobile: str, values: dict[str, Any]) -> None:
    """The password first; the code is not used up while something stands against it anyway.

    Raises Refused.
    """
    own, origin = request.user, origin_of(request)
    confirm_password(own, values["password"])
    refuse_unfinished(own)
    redeem_sms_code(CLOSE, mobile, values["sms_code"], origin=origin)
    if own.kind == AccountKind.UNIT:
        close_unit(own, origin=origin)
    else:
        close_agent(own, origin=origin)


def _page(
    request: AccountRequest, mobile: str, sms: SmsFields, form: CloseForm | None
) -> HttpResponse:
    """Show the consequences, and the form where nothing stands against it."""
    own = request.user
    is_unit = own.kind == AccountKind.UNIT
    context = {
        "endings": endings(own),
        "unfinished": unfinished(own),
        "only_here": only_here(own.unit) if is_unit else 0,
        "unit": own.unit if is_unit else None,
        "agent": None if is_unit else own.agent,
        "mobile": mask_mobile(mobile) if mobile else "",
        "form": form or CloseForm(own, initial={"unit_name": request.POST.get("unit_name", "")}),
        "sms": sms,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "accounts/units/close.html", context, status=status)
