"""Signing in and out."""

import json

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import actions, queries
from accounts.catalogue import CERTIFICATE_SIGN_IN
from accounts.forms.signing import SignInForm
from accounts.models import Account, SignIn
from accounts.names import Kind
from accounts.notices import message
from accounts.origin import origin_of
from accounts.pictures import new_picture
from accounts.sessions import leave, mark_of
from portal.dialogs import is_fragment, private

# Why someone has to sign in again, said on the sign-in page.
ENDED: dict[str, str] = {
    SignIn.End.IDLE: "您较长时间没有操作，已自动退出；请重新登录，之后回到原来的页面。",
    SignIn.End.EXPIRED: "本次登录已到最长时间，请重新登录，之后回到原来的页面。",
    SignIn.End.ELSEWHERE: "此会话已在其他设备上被结束；请重新登录。如非本人操作，请立即修改密码。",
    SignIn.End.PASSWORD: "密码已修改，请用新密码重新登录。",
    SignIn.End.STAFF: "此会话已由平台工作人员结束；请重新登录，如有疑问，请联系平台工作人员。",
}
DEVICES_TOLD = 3


def home_of(account: Account) -> str:
    """Return where an account starts: its unit, the choice of its units, or the admin."""
    if account.kind == Kind.UNIT:
        return reverse("accounts:hall", args=[account.name])
    if account.kind == Kind.STAFF:
        return reverse("admin:index")
    units = queries.units_of(account.agent)
    if len(units) == 1:
        return reverse("accounts:hall", args=[units[0].slug])
    return reverse("accounts:units")


def sign_in_page(
    request: HttpRequest, form: SignInForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """Show the sign-in card with a new picture. The typed name is kept, the password is not.

    Asked for by htmx, it is a dialog over the page whose session has ended.
    """
    context = {
        "form": form or SignInForm(request, request.POST or None),
        "picture": new_picture(request),
        "problem": problem,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "again": _again(request),
        "ended": ENDED.get(request.GET.get("ended", "")),
    }
    card = "accounts/login_dialog.html" if is_fragment(request) else "accounts/login.html"
    return private(render(request, card, context, status=status))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send everyone to where they start."""
    if isinstance(request.user, Account):
        return redirect(home_of(request.user))
    return redirect("accounts:login")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in; someone who is signed in already goes on to where they start."""
    if request.method != "POST":
        if isinstance(request.user, Account):
            return _signed_in(request, request.user)
        return sign_in_page(request, SignInForm(request))
    form = SignInForm(request, request.POST)
    if not form.is_valid() or form.account is None:
        return sign_in_page(request, form)
    leave(request)
    actions.sign_in(form.account, origin=origin_of(request))
    # This gives the session a new key, and drops what another account left in it.
    auth.login(request, form.account)
    return _signed_in(request, form.account)


@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """Say what to do instead of 电子凭证登录."""
    return render(request, "accounts/certificate.html", {"notice": CERTIFICATE_SIGN_IN})


@never_cache
@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """Give another picture, for the button beside it."""
    return render(request, "accounts/picture.html", {"picture": new_picture(request)})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; a page left open from before can do nothing any more."""
    leave(request)
    return redirect("accounts:login")


def _signed_in(request: HttpRequest, account: Account) -> HttpResponse:
    """Answer someone who is signed in: on to the page that was wanted, or back on the page under
    the dialog. A page of another account must not be gone on with."""
    if not is_fragment(request):
        if request.method != "POST":
            return redirect("accounts:start")
        _tell_of_new_devices(request, account)
        return redirect(_wanted(request) or home_of(account))
    if _again(request) != mark_of(account):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("accounts:start")})
    told = json.dumps({"signed-in": {"token": get_token(request)}})
    return HttpResponse(status=204, headers={"HX-Trigger": told})


def _tell_of_new_devices(request: HttpRequest, account: Account) -> None:
    """Say on the first page what the account has not read of sign-ins from new devices."""
    for notice in queries.new_devices_unread(account)[:DEVICES_TOLD]:
        messages.warning(request, message(notice).text)


def _again(request: HttpRequest) -> str:
    """The mark of the account whose page lies under the dialog."""
    return request.POST.get("again") or request.GET.get("again", "")


def _wanted(request: HttpRequest) -> str:
    """Return the address in `next` if it is a path of this site, else nothing.

    Anything that does not begin with a slash would be taken for the name of a view.
    """
    address = request.POST.get("next", "")
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""
