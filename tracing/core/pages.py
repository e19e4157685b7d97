"""What the pages of a business share: their tabs, their place in a list, why it is empty, the
answer to a poll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.core.requests import whole
from accounts.rights.businesses import BUSINESSES
from portal.pages.dialogs import private
from tracing.core.paging import SIZES

# htmx leaves the page as it is at 204 and stops asking after 286.
UNCHANGED, STOP_POLLING = 204, 286

# Under a filter row that cannot be understood.
WRONG = "查询条件有误，没有查询。请按上面的说明修改后，再点击【查询】。"
NO_MATCH = "没有符合条件的数据。请减少查询条件，或点击【重置】查看全部。"
NO_ROWS = "还没有上传过数据。点击【上传】下载导入模板，填写后导入。"


class Tab(NamedTuple):
    """A tab of a page."""

    code: str
    title: str
    address: str
    current: bool


def heading(business: str) -> dict[str, str]:
    """The title and the group of a business's page."""
    found = BUSINESSES[business]
    return {"page_title": found.title}


class PageAsked(TypedDict):
    """Which page of a list, of how many rows: one of SIZES."""

    number: int
    size: int


def page_asked(request: HttpRequest) -> PageAsked:
    """The page that the address asks for; what no list offers counts as the first, of ten rows."""
    size = whole(request.GET, "size", SIZES[0])
    return {
        "number": whole(request.GET, "page", 1),
        "size": size if size in SIZES else SIZES[0],
    }


def why_empty(form: BaseForm, wanted: Mapping[str, Any]) -> str:
    """Why a list of uploaded rows is empty, should it be: `wanted` is what its filter asked for."""
    if form.errors:
        return WRONG
    return NO_MATCH if wanted else NO_ROWS


def poll_answer(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, seen: str, running: bool
) -> HttpResponse:
    """Answer a poll: nothing new, the news, or the news and the end of polling.

    `seen` is "what is told|details"; the stage, with the notice of one that waits, is read aloud
    when what is told changes, and only then.
    """
    before = request.GET.get("seen", "")
    if running and before == seen:
        return private(HttpResponse(status=UNCHANGED))
    announce = before.partition("|")[0] != seen.partition("|")[0]
    status = 200 if running else STOP_POLLING
    return private(render(request, template, {**context, "announce": announce}, status=status))
