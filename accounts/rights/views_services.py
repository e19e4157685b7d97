"""The 服务大厅 that everyone sees, 服务目录, and the second entry to what is handled here.

Every entry of both has an address. Who follows it is sent to the business's page, by way of
signing in and the choice of the unit where needed, or told in a dialog what to do instead.
"""

from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.agents.queries import units_of
from accounts.core.names import AccountKind
from accounts.core.requests import AccountRequest
from accounts.rights.businesses import Business
from accounts.rights.catalogue import ENTRIES, Entry, blocks, blocks_in_front, found
from accounts.rights.forms import ServiceSearch
from accounts.rights.permissions import enter, to_sign_in
from accounts.rights.queries import holdings
from accounts.rights.tiles import tile_of
from accounts.units.models import Unit
from portal.lib.refused import refusal
from portal.pages.dialogs import show_dialog

FRONT_PAGE, CATALOGUE_PAGE = "accounts/rights/front.html", "accounts/rights/services.html"

STAFF = "“{title}”由单位的经办人办理，管理账号不办理业务；请退出后用经办人的手机号登录。"
REFUSED = 403


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the 服务大厅."""
    return render(request, FRONT_PAGE, {"blocks": blocks_in_front()})


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show 服务目录, or what of it answers to ?q=."""
    search = ServiceSearch(request.GET)
    typed = search.words()
    answering = found(typed)
    context = {
        "blocks": answering,
        "typed": typed,
        "search": search,
        "count": sum(len(block.entries) for block in answering),
    }
    return render(request, CATALOGUE_PAGE, context)


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Open one entry; ?unit= is the unit that was chosen for it."""
    entry = ENTRIES.get(code)
    if entry is None:
        raise Http404
    if entry.notice or entry.business is None:
        return _say(request, entry, entry.notice)
    if not request.user.is_authenticated:
        return to_sign_in(request)
    return _open(cast(AccountRequest, request), entry, entry.business)


def _open(request: AccountRequest, entry: Entry, business: Business) -> HttpResponse:
    """Send an agent to the business of the unit, or say why not."""
    if request.user.kind == AccountKind.STAFF:
        return _say(request, entry, STAFF.format(title=entry.title), REFUSED)
    if request.user.kind == AccountKind.UNIT:
        why = refusal("business_of_agents", business=business.title)
        return _say(request, entry, why.message, REFUSED)
    units = units_of(request.user.agent)
    chosen = request.GET.get("unit", "")
    if not chosen and len(units) != 1:
        return redirect(_choice(entry))
    return _open_for(request, chosen or units[0].slug, entry, business, len(units) > 1)


def _open_for(
    request: AccountRequest, slug: str, entry: Entry, business: Business, several: bool
) -> HttpResponse:
    """Send the agent to the unit's page, or say what the agent lacks; a stranger gets 404."""
    entered = enter(request, slug)
    agent, unit = request.user.agent, entered.unit
    tile = tile_of(business, unit, agent, holdings(unit).get(business.code))
    if tile.address:
        return redirect(tile.address)
    choice = _choice(entry) if several else ""
    return _say(request, entry, tile.notice, REFUSED, unit=unit, choice=choice, ask=tile.ask)


def _say(
    request: HttpRequest,
    entry: Entry,
    notice: str,
    status: int = 200,
    *,
    unit: Unit | None = None,
    choice: str = "",
    ask: str = "",
) -> HttpResponse:
    """Show 温馨提示 over the page that has the entry. `choice` is where to choose another unit,
    `ask` where to ask the unit for the business."""
    context = {
        "entry": entry,
        "notice": notice,
        "acting_for": unit,
        "choice": choice,
        "ask": ask,
        "back": reverse("accounts:home" if entry.in_front else "accounts:services"),
    }
    return show_dialog(
        request,
        "accounts/rights/service_dialog.html",
        context,
        page=FRONT_PAGE if entry.in_front else CATALOGUE_PAGE,
        behind=lambda: {"blocks": blocks_in_front() if entry.in_front else blocks()},
        status=status,
    )


def _choice(entry: Entry) -> str:
    return f"{reverse('accounts:units')}?{urlencode({'service': entry.code})}"
