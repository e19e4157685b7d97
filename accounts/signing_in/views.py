"""Signing in and out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from accounts.core.models import Account
from accounts.core.requests import takes_form, wanted_page
from accounts.rights.catalogue import CERTIFICATE_SIGN_IN
from accounts.signing_in import second_step
from accounts.signing_in.forms import SignInForm
from accounts.signing_in.models import SignIn
from accounts.signing_in.pictures import new_picture
from accounts.signing_in.second_step import LIFE_MINUTES
from accounts.signing_in.sessions import leave
from accounts.signing_in.views_second_step import OVER, ask
from accounts.signing_in.views_signed_in import again, go_on, home_of, let_in
from portal.pages.dialogs import is_fragment, private

# Why someone has to sign in again, said on the sign-in page.
ENDED: dict[str, str] = {
    SignIn.End.IDLE: "您较长时间没有操作，已自动退出；请重新登录，之后回到原来的页面。",
    SignIn.End.EXPIRED: "本次登录已到最长时间，请重新登录，之后回到原来的页面。",
    SignIn.End.ELSEWHERE: "此会话已在其他设备上被结束；请重新登录。如非本人操作，请立即修改密码。",
    SignIn.End.PASSWORD: "密码已修改，请用新密码重新登录。",
    SignIn.End.STAFF: "此会话已由平台工作人员结束；请重新登录，如有疑问，请联系平台工作人员。",
    OVER: (f"短信验证没有在 {LIFE_MINUTES} 分钟内完成，或账号刚刚有变化；请重新登录。"),
}


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
        "next": wanted_page(request),
        "again": again(request),
        "ended": ENDED.get(request.GET.get("ended", "")),
    }
    card = (
        "accounts/signing_in/login_dialog.html"
        if is_fragment(request)
        else "accounts/signing_in/login.html"
    )
    return private(render(request, card, context, status=status))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send everyone to where they start."""
    if isinstance(request.user, Account):
        return redirect(home_of(request.user))
    return redirect("accounts:login")


@never_cache
@sensitive_post_parameters("password")
@takes_form
def login(request: HttpRequest) -> HttpResponse:
    """Sign in, or go on to the second step; someone who is signed in already goes on to where they
    start."""
    if request.method != "POST":
        if isinstance(request.user, Account):
            return go_on(request, request.user)
        return sign_in_page(request, SignInForm(request))
    form = SignInForm(request, request.POST)
    if not form.is_valid() or form.account is None:
        return sign_in_page(request, form)
    if second_step.is_needed(request, form.account):
        return ask(request, form.account)
    return let_in(request, form.account, wanted_page(request))


@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """Say what to do instead of 电子凭证登录."""
    return render(
        request, "accounts/signing_in/login_certificate.html", {"notice": CERTIFICATE_SIGN_IN}
    )


@never_cache
@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """Give another picture, for the button beside it."""
    return render(request, "accounts/signing_in/picture.html", {"picture": new_picture(request)})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; a page left open from before can do nothing any more."""
    leave(request)
    return redirect("accounts:login")
