"""登录设备: where an account is signed in, and the question whether a session still lives."""

from math import floor
from typing import NamedTuple, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import actions, queries
from accounts.models import SignIn
from accounts.origin import origin_of
from accounts.permissions import account_required
from accounts.requests import AccountRequest, VisitorRequest
from accounts.sessions import current, leave, mark_of

ENDED = "已结束该会话；该设备上的页面需要重新登录后才能使用。"
ENDED_BEFORE = "该会话已经结束，无需再次操作。"
OTHERS_ENDED = "已结束其他 {count} 个会话。"
NO_OTHERS = "没有其他正在使用的会话。"


class Line(NamedTuple):
    """A session of the list; `current`: the one that asks."""

    row: SignIn
    current: bool


@require_safe
@account_required
def sessions(request: AccountRequest) -> HttpResponse:
    """List where the account is signed in."""
    own = current(request)
    lines = [Line(row, row.pk == own.pk) for row in queries.live_sign_ins(request.user)]
    lines.sort(key=lambda line: not line.current)
    context = {"lines": lines, "others": len(lines) > 1}
    return render(request, "accounts/sessions.html", context)


@require_POST
@account_required
def end(request: AccountRequest) -> HttpResponse:
    """End the session `sign_in`, or with `others` all but the one that asks."""
    own, origin = current(request), origin_of(request)
    if "others" in request.POST:
        count = actions.end_sessions(
            request.user, SignIn.End.ELSEWHERE, but=own, by=request.user, origin=origin
        )
        messages.success(request, OTHERS_ENDED.format(count=count) if count else NO_OTHERS)
        return redirect("accounts:sessions")
    row = queries.sign_in(request.POST.get("sign_in", ""))
    if row is None or row.account_id != request.user.pk:
        raise Http404
    if row.pk == own.pk:
        leave(request)
        return redirect("accounts:login")
    ended = actions.end_session(row, SignIn.End.ELSEWHERE, by=request.user, origin=origin)
    messages.success(request, ENDED if ended else ENDED_BEFORE)
    return redirect("accounts:sessions")


@never_cache
@require_GET
def session(request: HttpRequest) -> JsonResponse:
    """Say whose session it is and how long it lives: {account, left, last, token}.

    `account`: the mark that pages carry, empty for nobody. `left`: seconds until it ends, unless
    its user does something. `last`: it ends then in any case. `token`: for forms made before a
    sign-in in another tab.
    """
    row = cast(VisitorRequest, request).sign_in
    if row is None:
        return JsonResponse({"account": "", "left": 0, "last": False, "token": ""})
    idle, expiry = queries.idle_at(row), queries.expires_at(row)
    return JsonResponse(
        {
            "account": mark_of(row.account),
            "left": floor((min(idle, expiry) - timezone.now()).total_seconds()),
            "last": expiry <= idle,
            "token": get_token(request),
        }
    )
