"""删除: rows that were ticked are voided, for a reason that is asked for first."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.records.base import Record
from tracing.records.bindings import BINDINGS
from tracing.records.shapes import Shape
from tracing.stores.row_key import Key
from tracing.stores.voiding import require_unused
from tracing.uploads import queries_batches, row_keys
from tracing.uploads.actions import void_rows
from tracing.uploads.desks import Desk, opened_of
from tracing.uploads.forms import VoidForm
from tracing.uploads.views_lists import dialog

NOTHING_TICKED = "没有勾选要删除的数据。请先在列表左侧勾选，再点击【删除】。"
VOIDED = "已删除 {count} 条{title}。"
NONE_VOIDED = "没有数据被删除：勾选的数据已经删除过，或不存在。请刷新列表后查看。"


@require_POST
@at_place
def void(request: AgentRequest, desk: Desk) -> HttpResponse:
    """First ask for the reason, then void what was ticked and go back to where it was ticked."""
    slug = request.unit.slug
    record = desk.record(request.POST.get("record", ""))
    tab = desk.tab_of(record.code)
    ticked = [row_keys.read(record.code, text) for text in request.POST.getlist("key")]
    fields = request.POST.dict()
    listed = desk.list_address(slug, BINDINGS[record.code])
    back = desk.opened_address(slug, fields) or listed
    if not ticked:
        messages.warning(request, NOTHING_TICKED)
        return redirect(back)
    asked = "asked" in request.POST
    form = VoidForm(request.POST if asked else None)
    used = _used(request, record, ticked)
    if asked and not used and form.is_valid() and _void(request, record, ticked, form):
        gone = "sn" in fields and not queries_batches.is_there(request.unit, fields["sn"])
        return redirect(listed if gone else back)
    context = {
        "form": form,
        "used": used,
        "in_use": _in_use(desk, slug, record, ticked, used) if used else {},
        "keys": [(row_keys.written(key), row_keys.shown(record.code, key)) for key in ticked],
        "kept": opened_of(fields).items(),
        "record": record,
        "addresses": {**desk.addresses(slug, tab), "back": back},
    }
    template = "tracing/uploads/void_dialog.html"
    status = 422 if form.errors or (asked and used) else 200
    return dialog(request, desk, template, context, tab=tab, status=status)


def _used(request: AgentRequest, record: Record, ticked: Sequence[Key]) -> Refused | None:
    """Why the rows cannot be deleted, told before a reason is asked for."""
    try:
        require_unused(record.code, request.unit.pk, ticked)
    except Refused as refused:
        return refused
    return None


def _in_use(
    desk: Desk, slug: str, record: Record, ticked: Sequence[Key], used: Refused
) -> dict[str, str]:
    """The row that has codes: its name, its dialog, and where it is deleted with all of them."""
    named = used.detail.get("batch") or used.detail["item"]
    key = next(key for key in ticked if " ".join(key) == named)
    is_batch = BINDINGS[record.code].shape is Shape.PRODUCT
    opened = {"sn" if is_batch else "item": row_keys.written(key)}
    return {
        "name": row_keys.shown(record.code, key),
        "show": desk.opened_address(slug, opened),
        "remove": desk.removal_address(slug, opened),
    }


def _void(request: AgentRequest, record: Record, ticked: Sequence[Key], form: VoidForm) -> bool:
    try:
        count = void_rows(
            unit=request.unit,
            agent=request.agent,
            record_code=record.code,
            keys=ticked,
            reason=form.cleaned_data["reason"],
            origin=origin_of(request),
        )
    except Refused as refused:
        show_refusals(form, refused)
        return False
    if count:
        messages.success(request, VOIDED.format(count=count, title=record.title))
    else:
        messages.warning(request, NONE_VOIDED)
    return True
