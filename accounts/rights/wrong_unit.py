"""A form names the unit it was made for; sent to another unit's address, it stores nothing.

Every form carries the name beside its csrf_token (portal/templatetags/session.py). The answer is
409 and a choice between the two units.
"""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from accounts.agents.queries import unit_open_to
from accounts.core.origin import page_of
from accounts.core.requests import UnitRequest
from accounts.units.models import Unit

FIELD = "for_unit"
# Tells the script that swaps fragments to show this answer as the page it is.
HEADER = "Portal-Wrong-Unit"


class Choice(NamedTuple):
    """A unit to go on for, and where."""

    unit: Unit
    address: str


def conflict(request: UnitRequest) -> HttpResponse | None:
    """Return the answer to a form of another unit; None where all is as it should be."""
    if request.method != "POST":
        return None
    named = request.POST.get(FIELD, request.unit.slug)
    if named == request.unit.slug:
        return None
    other = unit_open_to(request.user, named)
    context = {
        "form_unit": other,
        "choices": [Choice(unit, _page(request, unit)) for unit in (other, request.unit) if unit],
    }
    answer = render(request, "accounts/core/wrong_unit.html", context, status=409)
    answer[HEADER] = "true"
    return answer


def _page(request: HttpRequest, unit: Unit) -> str:
    """The page the form stood on, of this unit; its hall where that is no page of a unit."""
    path = page_of(request).partition("?")[0]
    try:
        found = resolve(path)
    except Resolver404:
        found = None
    # The stubs do not know this attribute: what the address itself named, without defaults.
    asked: dict[str, object] = found.captured_kwargs if found else {}  # type: ignore[attr-defined]
    if asked.get("slug") == unit.slug:
        return path
    # What else an address names, such as an agent or an upload, is the one unit's only.
    if found is None or set(asked) != {"slug"}:
        return reverse("accounts:hall", args=[unit.slug])
    return reverse(found.view_name, args=[unit.slug])
