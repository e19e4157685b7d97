"""Signing in and out."""

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import actions, queries
from accounts.catalogue import CERTIFICATE_SIGN_IN
from accounts.forms.signing import SignInForm
from accounts.models import Account
from accounts.names import Kind
from accounts.origin import origin_of
from accounts.pictures import new_picture


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
    """Show the sign-in card with a new picture. The typed name is kept, the password is not."""
    context = {
        "form": form or SignInForm(request, request.POST or None),
        "picture": new_picture(request),
        "problem": problem,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "accounts/login.html", context, status=status)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send everyone to where they start."""
    if isinstance(request.user, Account):
        return redirect(home_of(request.user))
    return redirect("accounts:login")


@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Sign in; someone who is signed in already goes on to where they start."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect("accounts:start")
        return sign_in_page(request, SignInForm(request))
    form = SignInForm(request, request.POST)
    if not form.is_valid() or form.account is None:
        return sign_in_page(request, form)
    actions.sign_in(form.account, origin=origin_of(request))
    # This gives the session a new key, and drops what another account left in it.
    auth.login(request, form.account)
    return redirect(_wanted(request) or home_of(form.account))


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
    if isinstance(request.user, Account):
        actions.sign_out(request.user, origin=origin_of(request))
    auth.logout(request)
    return redirect("accounts:login")


def _wanted(request: HttpRequest) -> str:
    """Return the address in `next` if it is a path of this site, else nothing.

    Anything that does not begin with a slash would be taken for the name of a view.
    """
    address = request.POST.get("next", "")
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else ""
