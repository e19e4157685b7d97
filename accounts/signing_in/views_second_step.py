"""The second step of a sign-in (/login/code/): a page, or the dialog the first step stood in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.core.models import Account
from accounts.core.names import mask_mobile
from accounts.core.origin import origin_of
from accounts.core.requests import takes_form, wanted_page
from accounts.signing_in import second_step
from accounts.signing_in.actions_sms import redeem_sms_code, request_sms_code
from accounts.signing_in.forms import SignInCodeForm
from accounts.signing_in.forms_fields import SEND
from accounts.signing_in.models import SmsCode
from accounts.signing_in.second_step import HalfSignedIn
from accounts.signing_in.sms_codes import LIFE_MINUTES
from accounts.signing_in.views_signed_in import again, let_in
from portal.lib.refused import Refused
from portal.pages.dialogs import is_fragment, private

SIGN_IN = SmsCode.Purpose.SIGN_IN
# What the sign-in page is told by its address, and says in words.
OVER = "code"


def ask(request: HttpRequest, account: Account) -> HttpResponse:
    """The password was right: send a code, and go on to the second step."""
    waiting = second_step.begin(request, account, wanted_page(request))
    problem = "" if waiting.rest else _send(request, waiting)
    if is_fragment(request):
        return _page(request, problem=problem)
    if problem:
        messages.error(request, problem)
    return redirect("accounts:login-code")


@never_cache
@sensitive_post_parameters("sms_code")
@takes_form
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, send another, or sign in by it."""
    waiting = second_step.half_signed_in(request)
    if waiting is None:
        return _back(request)
    if request.method != "POST":
        return _page(request)
    if SEND in request.POST:
        return _page(request, problem=_send(request, waiting))
    form = SignInCodeForm(request.POST)
    if form.is_valid():
        try:
            _redeem(request, waiting, form.cleaned_data["sms_code"])
        except Refused as refused:
            form.add_error("sms_code", str(refused))
        else:
            return let_in(request, waiting.account, waiting.next, proven=True)
    return _page(request, form)


def _send(request: HttpRequest, waiting: HalfSignedIn) -> str:
    """Send a code; returns why none was sent."""
    try:
        code_id = request_sms_code(SIGN_IN, waiting.mobile, origin=origin_of(request))
    except Refused as refused:
        return str(refused)
    second_step.note_code(request, code_id)
    return ""


def _redeem(request: HttpRequest, waiting: HalfSignedIn, typed: str) -> None:
    """Use the code up that was asked for in this sign-in. Raises Refused."""
    origin = origin_of(request)
    redeem_sms_code(SIGN_IN, waiting.mobile, typed, origin=origin, code_id=waiting.code_id)


def _page(
    request: HttpRequest, form: SignInCodeForm | None = None, problem: str = ""
) -> HttpResponse:
    """Show the second step as it stands now."""
    waiting = second_step.half_signed_in(request)
    if waiting is None:
        return _back(request)
    context = {
        "form": form or SignInCodeForm(),
        "waiting": waiting,
        "minutes": LIFE_MINUTES,
        "mobile": mask_mobile(waiting.mobile),
        "problem": problem,
        "again": again(request),
    }
    card = "login_code_dialog" if is_fragment(request) else "login_code"
    return private(render(request, f"accounts/signing_in/{card}.html", context))


def _back(request: HttpRequest) -> HttpResponse:
    """Lead back to the first step, which says why. htmx follows into the same dialog."""
    asked = {"ended": OVER, "next": second_step.wanted(request), "again": again(request)}
    query = urlencode({name: value for name, value in asked.items() if value})
    return redirect(f"{reverse('accounts:login')}?{query}")
