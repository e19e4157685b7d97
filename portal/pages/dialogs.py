"""Dialogs that are pages too (docs/adr/0007-a-dialog-is-a-page.md).

A dialog has an address of its own. Asked for by htmx it is a fragment that opens over the page;
asked for plainly (a reload, a link sent to oneself, no script) it is the page behind it with the
dialog open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers


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


def private(response: HttpResponse) -> HttpResponse:
    """Keep an answer out of caches: it is one unit's, and differs for htmx."""
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["HX-Request"])
    return response
