"""What the pages of a business share: their tabs, and dialogs that are pages too.

A dialog has an address of its own. Asked for by htmx it is a fragment that opens over the page;
asked for plainly (a reload, a link sent to oneself, no script) it is the page behind it with the
dialog open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypedDict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.businesses import BUSINESSES
from tracing.queries import SIZES

# htmx leaves the page as it is at 204 and stops asking after 286.
UNCHANGED, STOP_POLLING = 204, 286


class Tab(NamedTuple):
    """A tab of a page; `open` says whether its business is there yet."""

    code: str
    title: str
    address: str
    current: bool
    open: bool


def heading(business: str) -> dict[str, str]:
    """The title and the group of a business's page."""
    found = BUSINESSES[business]
    return {"page_title": found.title, "group_title": found.group.title}


def show_dialog(
    request: HttpRequest,
    dialog: str,
    context: Mapping[str, Any],
    *,
    page: str,
    behind: Callable[[], Mapping[str, Any]],
    status: int = 200,
) -> HttpResponse:
    """Show a dialog alone or over its page; `behind` gives the context of the page."""
    if is_fragment(request):
        response = render(request, dialog, context, status=status)
    else:
        whole = {**behind(), **context, "dialog": dialog}
        response = render(request, page, whole, status=status)
    return private(response)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


class PageAsked(TypedDict):
    """Which page of a list, of how many rows."""

    number: int
    size: int


def page_asked(request: HttpRequest) -> PageAsked:
    """The page that the address asks for; what is no number counts as the first, of ten rows."""
    return {
        "number": _whole(request.GET.get("page", ""), 1),
        "size": _whole(request.GET.get("size", ""), SIZES[0]),
    }


def _whole(text: str, default: int) -> int:
    # Nine digits are more than any list has pages.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def private(response: HttpResponse) -> HttpResponse:
    """Keep an answer out of caches: it is one unit's, and differs for htmx."""
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["HX-Request"])
    return response


def poll_answer(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, seen: str, running: bool
) -> HttpResponse:
    """Answer a poll: nothing new, the news, or the news and the end of polling.

    `seen` is "stage|details"; the stage is read aloud only when it changes.
    """
    before = request.GET.get("seen", "")
    if running and before == seen:
        return private(HttpResponse(status=UNCHANGED))
    announce = before.partition("|")[0] != seen.partition("|")[0]
    status = 200 if running else STOP_POLLING
    return private(render(request, template, {**context, "announce": announce}, status=status))
