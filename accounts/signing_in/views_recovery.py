"""忘记密码 (/recover/): the name and a picture code, then the SMS code and a new password.

Every name gets the same pages. Which name it is goes along in the session, so that no address and
no log shows it.
"""

from typing import Any

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.core.actions import password_problems
from accounts.core.forms import RefusalsShown
from accounts.core.models import Account
from accounts.core.names import AccountKind, canonical, is_name, mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import takes_form
from accounts.signing_in import actions_passwords, pictures, proven_numbers
from accounts.signing_in.actions_passwords import redeem_recovery_code, request_recovery_code
from accounts.signing_in.devices import browser_of
from accounts.signing_in.forms_passwords import RecoverPasswordForm, RecoveryForm
from accounts.signing_in.forms_picture import WRONG_CODE
from accounts.signing_in.models import SmsCode
from accounts.signing_in.queries import recovery_for
from accounts.signing_in.sms_codes import LIFE_MINUTES
from portal.lib.refused import Refused

# Where the session keeps the name that was typed.
KEY = "recovery"
RECOVER = SmsCode.Purpose.RECOVER
DONE = "密码已重设，所有已登录的设备均已退出；请用新密码登录。"


@never_cache
@takes_form
def recover(request: HttpRequest) -> HttpResponse:
    """Ask whose password it is, and send a code."""
    if request.method != "POST":
        shown = RecoveryForm(initial={"username": request.session.get(KEY, "")})
        return _first_step(request, shown)
    form = RecoveryForm(request.POST)
    solved = pictures.redeem(
        request, request.POST.get("captcha_0", ""), request.POST.get("captcha_1", "")
    )
    if not form.is_valid():
        return _first_step(request, form)
    if not solved:
        form.add_error("captcha_1", WRONG_CODE)
        return _first_step(request, form)
    typed: str = form.cleaned_data["username"]
    with RefusalsShown(form):
        request_recovery_code(typed, origin=origin_of(request))
        proven_numbers.forget(request, RECOVER)
        request.session[KEY] = canonical(typed).name
        return redirect("accounts:recover-password")
    return _first_step(request, form)


@never_cache
@sensitive_post_parameters("new_password", "again", "sms_code")
@takes_form
def recover_password(request: HttpRequest) -> HttpResponse:
    """Ask for the code and a new password."""
    typed: str = request.session.get(KEY, "")
    if not typed:
        return redirect("accounts:recover")
    proved = proven_numbers.proved(request, RECOVER) is not None
    if request.method != "POST":
        return _second_step(request, typed, RecoverPasswordForm(proved=proved))
    form = RecoverPasswordForm(request.POST, proved=proved)
    if form.is_valid():
        with RefusalsShown(form):
            return _done(request, _recover(request, typed, form.cleaned_data))
    return _second_step(request, typed, form)


def _recover(request: HttpRequest, typed: str, values: dict[str, Any]) -> Account:
    """Prove the number, if that is still to be done, and set the password.

    Before the proof the new password is held against the typed name alone: what is known of the
    account would tell that there is one. Raises Refused.
    """
    password: str = values["new_password"]
    if "sms_code" in values:
        kind = AccountKind.AGENT if is_name(AccountKind.AGENT, typed) else AccountKind.UNIT
        if problems := password_problems(password, Account(kind=kind, name=typed)):
            raise Refused.of(*problems)
        code: str = values["sms_code"]
        mobile = redeem_recovery_code(typed, code, origin=origin_of(request))
        proven_numbers.prove(request, RECOVER, mobile)
    found = recovery_for(typed)
    # The account may have been closed, or got another number, since the code was asked for.
    if found.account is None or found.mobile != proven_numbers.proved(request, RECOVER):
        proven_numbers.forget(request, RECOVER)
        raise Refused("recovery_over")
    origin, browser = origin_of(request), browser_of(request)
    actions_passwords.recover_password(found.account, password, origin=origin, browser=browser)
    return found.account


def _done(request: HttpRequest, account: Account) -> HttpResponse:
    """Leave nothing of the way here in the session, and go to the sign-in."""
    if request.user == account:
        auth.logout(request)
    else:
        proven_numbers.forget(request, RECOVER)
        del request.session[KEY]
    messages.success(request, DONE)
    return redirect("accounts:login")


def _first_step(request: HttpRequest, form: RecoveryForm) -> HttpResponse:
    context = {"form": form, "picture": pictures.new_picture(request)}
    return render(request, "accounts/signing_in/recover.html", context)


def _second_step(request: HttpRequest, typed: str, form: RecoverPasswordForm) -> HttpResponse:
    shown = mask_mobile(typed) if is_name(AccountKind.AGENT, typed) else typed
    proved = proven_numbers.proved(request, RECOVER) is not None
    context = {"form": form, "typed": shown, "proved": proved, "minutes": LIFE_MINUTES}
    return render(request, "accounts/signing_in/recover_password.html", context)
