"""Who may open a page under /u/<slug>/.

    @member_required                   an agent of the unit, or the unit's own account
    @unit_account_required             the unit's own account only
    @business_required("maker-upload") the agent of the unit who may do the business now

The decorated view is called as view(request, ...) without the slug: `request.unit` and
`request.agent` say all there is to know. Everyone else is answered before the view runs:

    not signed in                      to the sign-in page, and back here afterwards
    signed in, but a stranger          404, the same as for a unit that does not exist
    of the unit, but without the right 403 and what to do about it
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import queries
from accounts.businesses import BUSINESSES
from accounts.requests import AccountRequest, AgentRequest, UnitRequest

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]

UNIT_ONLY = "此页面由单位账号管理，经办人不能打开；需要时请联系本单位管理单位账号的人员。"
AGENT_ONLY = "单位账号不办理业务：“{business}”由经办人办理；请退出后用经办人的手机号登录。"


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send someone who is not signed in to the sign-in page, and from there back.

    A fragment request cannot be redirected without the page landing inside the page, so htmx is
    told to leave for the sign-in page. A refused POST leads back to the page it was made on.
    """
    fragment = request.headers.get("HX-Request") == "true"
    if fragment or request.method not in ("GET", "HEAD"):
        back = _path_of(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    else:
        back = request.get_full_path()
    address = reverse("accounts:login") + (f"?{urlencode({'next': back})}" if back else "")
    if fragment:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def _path_of(address: str) -> str:
    """Return path and query of an address that a header gave; nothing for one that is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def denied(request: HttpRequest, sentence: str) -> HttpResponse:
    """Answer 403 with the sentence that says what to do."""
    return render(request, "accounts/denied.html", {"sentence": sentence}, status=403)


def enter(request: HttpRequest, slug: str) -> UnitRequest:
    """Put the unit and the agent on the request of someone signed in.

    Raises Http404 for a stranger and for agents of a unit that has ended, as for a unit that does
    not exist.
    """
    entered = cast(UnitRequest, request)
    if unit := queries.unit_of_account(entered.user, slug):
        entered.unit, entered.agent = unit, None
    elif (row := queries.membership(entered.user, slug)) and row.unit.closed_at is None:
        entered.unit, entered.agent = row.unit, row.agent
    else:
        raise Http404
    return entered


def account_required(
    view: Callable[Concatenate[AccountRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let anyone in who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(cast(AccountRequest, request), *args, **kwargs)

    return guarded


def member_required(view: Callable[Concatenate[UnitRequest, P], HttpResponseBase]) -> View:
    """Let the unit's account and its agents in."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(enter(request, slug), *args, **kwargs)

    return guarded


def unit_account_required(view: Callable[Concatenate[UnitRequest, P], HttpResponseBase]) -> View:
    """Let the unit's own account in."""

    def checked(request: UnitRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.agent is not None:
            return denied(request, UNIT_ONLY)
        return view(request, *args, **kwargs)

    return member_required(wraps(view)(checked))


def business_required(
    business: str,
) -> Callable[[Callable[Concatenate[AgentRequest, P], HttpResponseBase]], View]:
    """Let the agent in who may do the business now; looked up anew at every request.

    That is the holder, or the stand-in while one runs; nobody while the unit is not approved.
    """
    title = BUSINESSES[business].title

    def decorate(view: Callable[Concatenate[AgentRequest, P], HttpResponseBase]) -> View:
        def checked(request: UnitRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.agent is None:
                return denied(request, AGENT_ONLY.format(business=title))
            if bar := queries.bar(request.unit, request.agent, business):
                return denied(request, bar.sentence)
            return view(cast(AgentRequest, request), *args, **kwargs)

        return member_required(wraps(view)(checked))

    return decorate
