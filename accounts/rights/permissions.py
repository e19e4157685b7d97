"""Who may open a page under /u/<slug>/.

    @member_required                   an agent of the unit, or the unit's own account
    @agent_required                    an agent of the unit, whatever it holds
    @unit_account_required             the unit's own account only
    @unit_account_page, …_form         the same, to look at a page, to see and send a form
    @business_required("maker-upload") the agent of the unit who may do the business now

The decorated view is called as view(request, ...) without the slug: `request.unit` and
`request.agent` say all there is to know. Everyone else is answered before the view runs:

    not signed in                      to the sign-in page, and back here afterwards
    signed in, but a stranger          404, the same as for a unit that does not exist
    with a form made for another unit  409 and a choice between the two
    of the unit, but without the right 403 and what to do about it
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.core.names import AccountKind
from accounts.core.origin import page_of
from accounts.core.queries import unit_of_account
from accounts.core.requests import (
    AccountRequest,
    AgentRequest,
    UnitRequest,
    or_404,
    takes_form,
)
from accounts.rights import page_tabs, queries, wrong_unit
from accounts.rights.businesses import BUSINESSES
from accounts.rights.holding import NOT_HELD
from accounts.rights.tiles import asking
from portal.lib.refused import refusal

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send someone who is not signed in to the sign-in page, and from there back.

    A fragment request cannot be redirected without the page landing inside the page, so htmx is
    told to leave for the sign-in page. A refused POST leads back to the page it was made on.
    """
    fragment = request.headers.get("HX-Request") == "true"
    if fragment or request.method not in ("GET", "HEAD"):
        back = page_of(request)
    else:
        back = request.get_full_path()
    asked = {"next": back, "ended": getattr(request, "session_end", "")}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = reverse("accounts:login") + (f"?{query}" if query else "")
    if fragment:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)


def denied(request: HttpRequest, sentence: str, ask: str = "") -> HttpResponse:
    """Answer 403 with the sentence that says what to do; `ask` is where to ask for the right."""
    context = {"sentence": sentence, "ask": ask}
    return render(request, "accounts/core/denied.html", context, status=403)


def enter(request: HttpRequest, slug: str) -> UnitRequest:
    """Put the unit and the agent on the request of someone signed in.

    Raises Http404 for a stranger and for agents of a unit that has ended, as for a unit that does
    not exist.
    """
    entered = cast(UnitRequest, request)
    entered.membership = entered.business = None
    entered.open_businesses = frozenset()
    if entered.user.kind == AccountKind.AGENT:
        _enter_as_agent(entered, slug)
    elif entered.user.kind == AccountKind.UNIT:
        entered.unit, entered.agent = or_404(unit_of_account(entered.user, slug)), None
    else:
        raise Http404
    return entered


def _enter_as_agent(entered: UnitRequest, slug: str) -> None:
    row = or_404(queries.entrance(entered.user, slug))
    if row.membership.unit.closed_at is not None:
        raise Http404
    entered.unit, entered.agent = row.membership.unit, row.membership.agent
    entered.membership, entered.open_businesses = row


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
        entered = enter(request, slug)
        if conflict := wrong_unit.conflict(entered):
            return conflict
        return view(entered, *args, **kwargs)

    return guarded


def unit_account_required(view: Callable[Concatenate[UnitRequest, P], HttpResponseBase]) -> View:
    """Let the unit's own account in."""

    def checked(request: UnitRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.agent is not None:
            return denied(request, refusal("page_of_unit_account").message)
        return view(request, *args, **kwargs)

    return member_required(wraps(view)(checked))


def account_page(
    view: Callable[Concatenate[AccountRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let anyone look who is signed in."""
    return require_safe(account_required(view))


def account_form(
    view: Callable[Concatenate[AccountRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let anyone who is signed in see a form and send it."""
    return takes_form(account_required(view))


def unit_account_page(view: Callable[Concatenate[UnitRequest, P], HttpResponseBase]) -> View:
    """Let the unit's own account look."""
    return require_safe(unit_account_required(view))


def unit_account_form(view: Callable[Concatenate[UnitRequest, P], HttpResponseBase]) -> View:
    """Let the unit's own account see a form and send it."""
    return takes_form(unit_account_required(view))


def agent_required(
    view: Callable[Concatenate[AgentRequest, P], HttpResponseBase],
) -> View:
    """Let the unit's agents in, whatever they hold."""

    def checked(request: UnitRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.agent is None:
            return denied(request, refusal("page_of_agents").message)
        return view(cast(AgentRequest, request), *args, **kwargs)

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
                return denied(request, refusal("business_of_agents", business=title).message)
            may = business in request.open_businesses
            if not may and (bar := queries.bar(request.unit, request.agent, business)):
                ask = asking(request.unit, BUSINESSES[business]) if bar == NOT_HELD else ""
                return denied(request, bar.sentence, ask)
            request.business = BUSINESSES[business]
            response = view(cast(AgentRequest, request), *args, **kwargs)
            page_tabs.note(request, response)
            return response

        return member_required(wraps(view)(checked))

    return decorate
