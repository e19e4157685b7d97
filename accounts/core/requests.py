"""The request as views behind a permission see it, and what it asks for."""

from collections.abc import Mapping
from typing import TypeVar

from django.http import Http404, HttpRequest, QueryDict
from django.utils.http import MAX_URL_LENGTH
from django.views.decorators.http import require_http_methods

from accounts.agents.models import Agent, Membership
from accounts.core.models import Account
from accounts.rights.businesses import Business
from accounts.signing_in.devices import Browser
from accounts.signing_in.models import SignIn
from accounts.units.models import Unit

T = TypeVar("T")

# More than any list has pages, and no more than an integer column of PostgreSQL can hold.
MOST_DIGITS = 9

# For a page that shows a form and takes it.
takes_form = require_http_methods(["GET", "HEAD", "POST"])


class VisitorRequest(HttpRequest):
    """Anyone's request behind the middleware of sessions.

    `sign_in`: the live session, None for nobody. `session_end`: why the session that came with the
    request was ended, empty where none was. `new_browser`: the browser to give its number to.
    """

    sign_in: SignIn | None
    session_end: str
    new_browser: Browser | None


class AccountRequest(HttpRequest):
    """Someone is signed in."""

    user: Account  # the anonymous user never gets this far


class UnitRequest(AccountRequest):
    """The account may enter this unit. `agent` is None when it is the unit's own account.

    `business`: the one whose pages these are, None for the other pages of the unit.
    `open_businesses`: the codes of those the agent may do for the unit now.
    """

    unit: Unit
    agent: Agent | None
    membership: Membership | None
    business: Business | None
    open_businesses: frozenset[str]


class AgentRequest(UnitRequest):
    """An agent acts for the unit."""

    agent: Agent


def whole(
    asked: Mapping[str, object], name: str, default: int, *, digits: int = MOST_DIGITS
) -> int:
    """The whole number that an address or a form asks for by this name; `default` for what is none
    or too long. Numbers are read nowhere else."""
    text = str(asked.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else default


def wanted_page(request: HttpRequest) -> str:
    """The page that who signs in wants to go on to, as the form or the address says; nothing for
    what is longer than an address. Whether it is one of ours is judged where it is followed."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if len(wanted) <= MAX_URL_LENGTH else ""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing until it is sent; what is sent, also where that is empty."""
    return request.POST if request.method == "POST" else None


def or_404(found: T | None) -> T:
    """What an address names, where it is there for who asks. Raises Http404."""
    if found is None:
        raise Http404
    return found
