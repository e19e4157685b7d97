"""What follows a right sign-in, whether it had one step or two."""

import json
from typing import cast

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.agents.queries import units_of
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.origin import origin_of
from accounts.core.requests import AccountRequest
from accounts.messages.notices import message
from accounts.signing_in import second_step
from accounts.signing_in.actions_sessions import prove_device, sign_in
from accounts.signing_in.queries import new_devices_unread
from accounts.signing_in.sessions import BACKEND, current, leave, mark_of
from portal.pages.dialogs import is_fragment

DEVICES_TOLD = 3
NO_NUMBER = (
    "此单位账号没有登记联系手机号，在新设备上登录时只验证密码，也无法找回密码；"
    "请在【账号信息】中点击【变更联系手机号】登记。"
)


def home_of(account: Account) -> str:
    """Return where an account starts: its unit, the choice of its units, or the admin."""
    if account.kind == AccountKind.UNIT:
        return reverse("accounts:hall", args=[account.name])
    if account.kind == AccountKind.STAFF:
        return reverse("admin:index")
    units = units_of(account.agent)
    if len(units) == 1:
        return reverse("accounts:hall", args=[units[0].slug])
    return reverse("accounts:units")


def let_in(
    request: HttpRequest, account: Account, wanted: str, *, proven: bool = False
) -> HttpResponse:
    """Sign in, and go on to the page that was wanted. `proven`: by a code in this browser."""
    leave(request)
    sign_in(account, origin=origin_of(request))
    # This gives the session a new key, and drops what another account left in it.
    auth.login(request, account, backend=BACKEND)
    if proven:
        prove_device(current(cast(AccountRequest, request)))
    return go_on(request, account, wanted)


def go_on(request: HttpRequest, account: Account, wanted: str = "") -> HttpResponse:
    """Answer someone who is signed in: on to the page that was wanted, or back on the page under
    the dialog. A page of another account must not be gone on with."""
    if not is_fragment(request):
        if request.method != "POST":
            return redirect("accounts:start")
        _tell(request, account)
        return redirect(wanted if _is_ours(request, wanted) else home_of(account))
    if again(request) != mark_of(account):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("accounts:start")})
    told = json.dumps({"signed-in": {"token": get_token(request)}})
    return HttpResponse(status=204, headers={"HX-Trigger": told})


def again(request: HttpRequest) -> str:
    """The mark of the account whose page lies under the dialog."""
    return request.POST.get("again") or request.GET.get("again", "")


def _tell(request: HttpRequest, account: Account) -> None:
    """Say on the first page what the account has not read of sign-ins from new devices, and that
    it could not be asked for a code."""
    for notice in new_devices_unread(account)[:DEVICES_TOLD]:
        messages.warning(request, message(notice).text)
    if second_step.lacks_number(account):
        messages.warning(request, NO_NUMBER)


def _is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address is a path of this site.

    Anything that does not begin with a slash would be taken for the name of a view.
    """
    return address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
