"""订单查询: the orders of a unit at its desk, one of them with its codes, 导出, 删除."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, or_404, whole
from portal.lib.refused import Refused
from portal.lib.sheets import write_xlsx
from portal.pages.dialogs import private, show_dialog
from tracing.core.business_pages import at_place
from tracing.core.downloads import attachment
from tracing.core.pages import NO_MATCH, WRONG, heading, page_asked
from tracing.core.paging import Page, page_of
from tracing.core.tables import Cell
from tracing.orders import order_words
from tracing.orders.actions_orders import Voided, export_order, kinds_of, void_order
from tracing.orders.forms_orders import CodesFilter, OrderFilter
from tracing.orders.queries_answers import (
    MOST_COMPARED,
    Answer,
    Line,
    is_asked,
    is_registered,
    lines_of,
)
from tracing.orders.queries_orders import OrderKey, batches_of, order_of, orders, rows_of
from tracing.stores.models_orders import Order
from tracing.uploads.desks import Desk
from tracing.uploads.forms import VoidForm

TITLE = "订单查询"
NO_ORDERS = "还没有订单信息。上传{records}后，同一单据编号的数据在这里成为一张单据。"
VOIDED = "已删除单据 {document} 的 {count} 条数据。"
VOIDED_IN_PART = (
    "已删除单据 {document} 的 {count} 条数据，还有 {left} 条。请再次点击【删除】，继续删除其余的。"
)
# So long a request goes on voiding, step by step.
VOIDING_SECONDS = 15


@require_safe
@at_place
def index(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the orders asked for."""
    kinds = kinds_of(desk.business)
    form = OrderFilter(request.GET, kinds=kinds)
    wanted = form.wanted() if form.is_valid() else {}
    asked = page_asked(request)
    # A condition that cannot be understood finds nothing; it must not show everything.
    found: Page[Order] = Page((), 0, 1, asked["size"])
    if not form.errors:
        found = orders(request.unit, kinds, wanted, **asked)
    slug = request.unit.slug
    context = {
        **_frame(desk, slug),
        "filter_form": form,
        "heads": order_words.HEADS,
        "rows": [
            {
                "number": found.first + place,
                "cells": order_words.cells(order),
                "name": order.document,
                "address": _address(desk, slug, key_of(order)),
            }
            for place, order in enumerate(found.rows)
        ],
        "page": found,
        "list_address": desk.address("orders", slug),
        "empty_hint": _why_empty(form, wanted, desk),
    }
    return private(render(request, "tracing/orders/orders.html", context))


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show one order with its codes."""
    order = _found(request, desk, request.GET)
    return private(render(request, "tracing/orders/order.html", _page(request, desk, order)))


@require_POST
@at_place
def export(request: AgentRequest, desk: Desk) -> HttpResponseBase:
    """导出: send an order with all its codes as a workbook; what is refused is said on its page."""
    order = _found(request, desk, request.POST)
    try:
        lines = export_order(
            unit=request.unit,
            agent=request.agent,
            business=desk.business,
            order=order,
            origin=origin_of(request),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(_address(desk, request.unit.slug, key_of(order)))
    name = f"订单信息_{timezone.localtime():%Y%m%d_%H%M%S}.xlsx"
    return attachment(_workbook(order, lines), name)


@require_POST
@at_place
def void(request: AgentRequest, desk: Desk) -> HttpResponse:
    """删除: first ask for the reason, then void every row of the order, of a very large one as many
    as there is time for.
    """
    order = _found(request, desk, request.POST)
    slug, key = request.unit.slug, key_of(order)
    asked = "asked" in request.POST
    form = VoidForm(request.POST if asked else None)
    if asked and form.is_valid() and (voided := _void(request, desk, key, form)):
        return redirect(_address(desk, slug, key) if voided.left else desk.address("orders", slug))
    context = {
        "form": form,
        "order": order,
        "key": key._asdict().items(),
        "addresses": {
            "void": desk.address("order-void", slug),
            "back": _address(desk, slug, key),
        },
    }
    return show_dialog(
        request,
        "tracing/orders/void_dialog.html",
        context,
        page="tracing/orders/order.html",
        behind=lambda: _page(request, desk, order),
        status=422 if form.errors else 200,
    )


def key_of(order: Order) -> OrderKey:
    """What an order is known by."""
    return OrderKey(order.kind, order.document, order.partner)


def _found(request: AgentRequest, desk: Desk, fields: Mapping[str, str]) -> Order:
    """The order that an address or a form names; 404 for any other."""
    key = OrderKey(*(fields.get(name, "") for name in OrderKey._fields))
    return or_404(order_of(request.unit, kinds_of(desk.business), key))


def _address(desk: Desk, slug: str, key: OrderKey) -> str:
    # In the query, because a number may hold a slash.
    return f"{desk.address('order', slug)}?{urlencode(key._asdict())}"


def _frame(desk: Desk, slug: str) -> dict[str, Any]:
    """What every page of orders has around it."""
    return {
        **heading(desk.business),
        "section_title": TITLE,
        "desk_address": desk.address("upload", slug),
    }


def _why_empty(form: OrderFilter, wanted: Mapping[str, Any], desk: Desk) -> str:
    if form.errors:
        return WRONG
    if wanted:
        return NO_MATCH
    return NO_ORDERS.format(records=order_words.records(desk.business))


class Compared(NamedTuple):
    """What an order's page says of all its codes: how many there are of each level and answer."""

    levels: list[tuple[str, int]]
    answers: list[tuple[Answer, int]]


def _page(request: AgentRequest, desk: Desk, order: Order) -> dict[str, Any]:
    slug, key = request.unit.slug, key_of(order)
    whole_order = order.codes <= MOST_COMPARED
    asked = is_asked(order)
    fields = {**request.GET.dict(), **key._asdict()}
    form = CodesFilter(fields, compared=whole_order and asked)
    part, answer = form.wanted() if form.is_valid() else ("", "")
    compared = None
    if whole_order:
        lines = lines_of(request.unit, order, list(rows_of(request.unit, order).order_by("code")))
        compared = _compared(lines)
        kept = [line for line in lines if part in line.event.code and _is(line, answer)]
        found = _slice([] if form.errors else kept, **page_asked(request))
    else:
        events = page_of(rows_of(request.unit, order, part), ("code",), **page_asked(request))
        rows = lines_of(request.unit, order, events.rows)
        found = Page(rows, events.total, events.number, events.size)
    return {
        **_frame(desk, slug),
        "order": order,
        "key": key._asdict().items(),
        "facts": order_words.facts(order),
        "batches": batches_of(request.unit, order),
        "compared": compared,
        "asked": asked,
        "unregistered": asked and not is_registered(order.partner),
        "most_compared": MOST_COMPARED,
        "filter_form": form,
        "heads": order_words.LINE_HEADS,
        "rows": [
            {"number": found.first + place, "cells": order_words.line_cells(line), "line": line}
            for place, line in enumerate(found.rows)
        ],
        "page": found,
        "empty_hint": WRONG if form.errors else NO_MATCH,
        "list_address": desk.address("order", slug),
        "reset": _address(desk, slug, key),
        "orders_address": desk.address("orders", slug),
        "addresses": {
            "export": desk.address("order-export", slug),
            "void": desk.address("order-void", slug),
        },
    }


def _is(line: Line, answer: str) -> bool:
    return not answer or (line.answer is not None and line.answer.code == answer)


def _slice(lines: Sequence[Line], number: int, size: int) -> Page[Line]:
    """One page of lines that are all there."""
    page: Page[Line] = Page((), len(lines), 1, size)
    number = min(max(number, 1), page.pages)
    start = (number - 1) * size
    return Page(lines[start : start + size], len(lines), number, size)


def _compared(lines: Sequence[Line]) -> Compared:
    levels = Counter(line.level for line in lines)
    answers = Counter(line.answer for line in lines if line.answer is not None)
    return Compared(
        [(level or order_words.NO_LEVEL, count) for level, count in sorted(levels.items())],
        [(answer, answers[answer]) for answer in Answer if answers[answer]],
    )


def _void(request: AgentRequest, desk: Desk, key: OrderKey, form: VoidForm) -> Voided | None:
    """Void step by step; None where nothing was, which the form says."""
    end = time.monotonic() + VOIDING_SECONDS
    done = Voided(0, whole(request.POST, "codes", 0))
    while done.left or not done.rows:
        try:
            step = void_order(
                unit=request.unit,
                agent=request.agent,
                business=desk.business,
                key=key,
                codes=done.left,
                reason=form.cleaned_data["reason"],
                origin=origin_of(request),
            )
        except Refused as refused:
            if not done.rows:
                show_refusals(form, refused)
                return None
            messages.error(request, str(refused))
            break
        done = Voided(done.rows + step.rows, step.left)
        if time.monotonic() > end:
            break
    words = VOIDED_IN_PART if done.left else VOIDED
    said = words.format(document=key.document, count=done.rows, left=done.left)
    (messages.warning if done.left else messages.success)(request, said)
    return done


def _workbook(order: Order, lines: Sequence[Line]) -> BytesIO:
    facts: Sequence[Cell] = order_words.cells(order)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "order.xlsx"
        rows = ([cell.text for cell in (*facts, *order_words.line_cells(line))] for line in lines)
        write_xlsx(path, "订单信息", order_words.COLUMNS, rows, len(lines))
        return BytesIO(path.read_bytes())
