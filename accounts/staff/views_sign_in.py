"""How staff sign in: name, password and picture code, then a one-time code.

Nobody is signed in between the two: the session only remembers whose password was right. The first
time, a secret is made and shown; it is kept sealed in the session until a code of it was typed.
"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

import pyotp
import segno
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.core.forms import RefusalsShown
from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.core.requests import takes_form, wanted_page
from accounts.rights.permissions import View
from accounts.signing_in.actions_sessions import sign_in, sign_out
from accounts.signing_in.pictures import new_picture
from accounts.signing_in.sessions import BACKEND, leave
from accounts.staff.actions_factors import enrol_factor, new_secret, pass_factor
from accounts.staff.forms import CodeForm, StaffSignInForm
from accounts.staff.models import Factor
from portal.lib.sealing import seal, unseal
from portal.pages.shell import PRODUCT_NAME

# In the session: whose password was right, and, once the code was too, which factor it was of.
WAITING, PASSED = "staff-waiting", "staff-factor"
WAITING_SECONDS = 10 * 60


class HalfSignedIn(NamedTuple):
    """Someone between the two steps. `secret` is empty for one whose telephone is known."""

    account: Account
    secret: str
    next: str


def may_enter(request: HttpRequest) -> bool:
    """Whether this session belongs to active staff and has passed their present factor."""
    user = request.user
    if not (isinstance(user, Account) and user.is_staff and user.is_active):
        return False
    passed = request.session.get(PASSED)
    return bool(passed) and passed == _mark(Factor.objects.filter(account=user).first())


@never_cache
@sensitive_post_parameters("password")
@takes_form
def login(request: HttpRequest) -> HttpResponse:
    """The first step; someone who may enter goes on."""
    if request.method != "POST":
        if may_enter(request):
            return redirect(_wanted(request, wanted_page(request)))
        return sign_in_page(request, StaffSignInForm(request))
    form = StaffSignInForm(request, request.POST)
    if not form.is_valid() or form.account is None:
        return sign_in_page(request, form)
    _remember(request, form.account)
    return redirect("admin:factor" if _has_factor(form.account) else "admin:enrol")


def sign_in_page(
    request: HttpRequest,
    form: StaffSignInForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the first step with a new picture."""
    context = {
        "form": form or StaffSignInForm(request, request.POST or None),
        "picture": new_picture(request),
        "problem": problem,
        "next": wanted_page(request),
    }
    return render(request, "admin/login.html", context, status=status)


def _second_step(
    *, enrols: bool
) -> Callable[[Callable[[HttpRequest, HalfSignedIn], HttpResponse]], View]:
    """Let in who has passed the first step: `enrols` those without a secret yet, else the others.

    The rest is led to its own page.
    """

    def decorate(view: Callable[[HttpRequest, HalfSignedIn], HttpResponse]) -> View:
        @never_cache
        @sensitive_post_parameters("code")
        @takes_form
        @wraps(view)
        def step(request: HttpRequest) -> HttpResponse:
            waiting = _waiting(request)
            if waiting is None:
                return redirect("admin:login")
            if bool(waiting.secret) != enrols:
                return redirect("admin:factor" if enrols else "admin:enrol")
            return view(request, waiting)

        return step

    return decorate


@_second_step(enrols=False)
def factor(request: HttpRequest, waiting: HalfSignedIn) -> HttpResponse:
    """The second step."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with RefusalsShown(form, "code"):
            passed = pass_factor(waiting.account, form.cleaned_data["code"])
            return _let_in(request, waiting, passed)
    context = {"form": form, "name": waiting.account.name}
    return render(request, "admin/factor.html", context)


@_second_step(enrols=True)
def enrol(request: HttpRequest, waiting: HalfSignedIn) -> HttpResponse:
    """The second step of someone's first sign-in: shows the secret, and asks for a code of it."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        code, origin = form.cleaned_data["code"], origin_of(request)
        with RefusalsShown(form, "code"):
            passed = enrol_factor(waiting.account, waiting.secret, code, origin=origin)
            return _let_in(request, waiting, passed)
    totp = pyotp.TOTP(waiting.secret, name=waiting.account.name, issuer=PRODUCT_NAME)
    context = {
        "form": form,
        "name": waiting.account.name,
        "picture": _qr_code(totp.provisioning_uri()),
        "secret": " ".join(waiting.secret[n : n + 4] for n in range(0, len(waiting.secret), 4)),
    }
    return render(request, "admin/enrol.html", context)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; no link of others does it."""
    if isinstance(request.user, Account):
        sign_out(request.user, origin=origin_of(request))
    auth.logout(request)
    return redirect("admin:login")


def _remember(request: HttpRequest, account: Account) -> None:
    """Note in the session, under a new key, that this account's password was right."""
    request.session.cycle_key()
    request.session[WAITING] = {
        "account": account.pk,
        "hash": account.get_session_auth_hash(),
        "until": int(timezone.now().timestamp()) + WAITING_SECONDS,
        "secret": "" if _has_factor(account) else seal(new_secret(), settings.PORTAL_DATA_KEYS),
        "next": wanted_page(request),
    }


def _waiting(request: HttpRequest) -> HalfSignedIn | None:
    """Return who is between the two steps; nobody after ten minutes or a changed password."""
    noted = request.session.get(WAITING)
    if noted is None or timezone.now().timestamp() > noted["until"]:
        return None
    account = Account.objects.filter(pk=noted["account"], is_active=True).first()
    if account is None or not account.is_staff:
        return None
    if not constant_time_compare(noted["hash"], account.get_session_auth_hash()):
        return None
    secret = unseal(noted["secret"], settings.PORTAL_DATA_KEYS) if noted["secret"] else ""
    return HalfSignedIn(account, secret, noted["next"])


def _let_in(request: HttpRequest, waiting: HalfSignedIn, passed: Factor) -> HttpResponse:
    """Sign in, under a new session key; what was noted between the steps is gone."""
    # Whoever was signed in here is signed out, as by 退出登录: its session must not stay listed.
    leave(request)
    sign_in(waiting.account, origin=origin_of(request))
    auth.login(request, waiting.account, backend=BACKEND)
    request.session[PASSED] = _mark(passed)
    return redirect(_wanted(request, waiting.next))


def _has_factor(account: Account) -> bool:
    return Factor.objects.filter(account=account).exclude(confirmed_at=None).exists()


def _mark(passed: Factor | None) -> str:
    """What a session keeps of the factor that it passed; another one after a reset."""
    if passed is None or passed.confirmed_at is None:
        return ""
    return f"{passed.pk} {passed.confirmed_at.isoformat()}"


def _wanted(request: HttpRequest, address: str) -> str:
    """Return the page of this site that was asked for, else its first."""
    index = reverse("admin:index")
    safe = address.startswith(index) and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else index


def _qr_code(text: str) -> SafeString:
    """Draw a QR code as an SVG element, which the content policy lets into the page."""
    code = segno.make(text, error="m")
    return mark_safe(code.svg_inline(scale=5, light="#fff", border=4))  # noqa: S308 - ours
