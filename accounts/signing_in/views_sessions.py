"""登录设备: where an account is signed in, and the question whether a session still lives."""

from math import floor
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.core.forms import RefusalsShown, status_of
from accounts.core.origin import origin_of
from accounts.core.requests import AccountRequest, VisitorRequest
from accounts.rights.permissions import account_form, account_page
from accounts.signing_in.actions_passwords import confirm_password
from accounts.signing_in.actions_sessions import end_session, end_sessions
from accounts.signing_in.forms_passwords import PresentPasswordForm
from accounts.signing_in.models import SignIn
from accounts.signing_in.queries import expires_at, idle_at, live_sign_ins, sign_in_of
from accounts.signing_in.sessions import current, leave, mark_of
from portal.pages.dialogs import show_dialog

PAGE = "accounts/signing_in/sessions.html"
ENDED = "已结束该会话；该设备上的页面需要重新登录后才能使用。"
ENDED_BEFORE = "该会话已经结束，无需再次操作。"
OTHERS_ENDED = "已结束其他 {count} 个会话。"
NO_OTHERS = "没有其他正在使用的会话。"


class Line(NamedTuple):
    """A session of the list; `current`: the one that asks."""

    row: SignIn
    current: bool


@account_page
def sessions(request: AccountRequest) -> HttpResponse:
    """List where the account is signed in."""
    return render(request, PAGE, _listed(request))


@sensitive_post_parameters("password")
@account_form
def end(request: AccountRequest) -> HttpResponse:
    """End the session `sign_in`, or with `others` all but the one that asks.

    The password is asked for first (ASVS 7.5.2), so that whoever finds an open browser does not
    shut its owner out. One's own session is ended as by 退出登录.
    """
    asked = request.POST if request.method == "POST" else request.GET
    row = None if "others" in asked else _own_row(request, asked.get("sign_in", ""))
    if row is not None and row.pk == current(request).pk and request.method == "POST":
        leave(request)
        return redirect("accounts:login")
    form = PresentPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with RefusalsShown(form):
            confirm_password(request.user, form.cleaned_data["password"])
            _end(request, row)
            return redirect("accounts:sessions")
    return show_dialog(
        request,
        "accounts/signing_in/session_end_dialog.html",
        {"form": form, "row": row, "back": reverse("accounts:sessions")},
        page=PAGE,
        behind=lambda: _listed(request),
        status=status_of(form),
    )


def _own_row(request: AccountRequest, number: str) -> SignIn:
    """Return a session of the account. Raises Http404 for any other."""
    row = sign_in_of(number)
    if row is None or row.account_id != request.user.pk:
        raise Http404
    return row


def _end(request: AccountRequest, row: SignIn | None) -> None:
    """End this session, or all but the one that asks, and say so."""
    origin = origin_of(request)
    if row is not None:
        ended = end_session(row, SignIn.End.ELSEWHERE, origin=origin.done_by(request.user))
        messages.success(request, ENDED if ended else ENDED_BEFORE)
        return
    count = end_sessions(
        request.user,
        SignIn.End.ELSEWHERE,
        but=current(request),
        origin=origin.done_by(request.user),
    )
    messages.success(request, OTHERS_ENDED.format(count=count) if count else NO_OTHERS)


def _listed(request: AccountRequest) -> dict[str, Any]:
    """The context of the page."""
    own = current(request)
    lines = [Line(row, row.pk == own.pk) for row in live_sign_ins(request.user)]
    lines.sort(key=lambda line: not line.current)
    return {"lines": lines, "others": len(lines) > 1}


@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """Say whose session it is and how long it lives: {account, left, last, token}.

    `account`: the mark that pages carry, empty for nobody. `left`: seconds until it ends, unless
    its user does something. `last`: it ends then in any case. `token`: for forms made before a
    sign-in in another tab.
    """
    row = cast(VisitorRequest, request).sign_in
    if row is None:
        return JsonResponse({"account": "", "left": 0, "last": False, "token": ""})
    idle, expiry = idle_at(row), expires_at(row)
    return JsonResponse(
        {
            "account": mark_of(row.account),
            "left": floor((min(idle, expiry) - timezone.now()).total_seconds()),
            "last": expiry <= idle,
            "token": get_token(request),
        }
    )
