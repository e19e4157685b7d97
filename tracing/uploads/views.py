"""The import dialog before 确定: the rule, the template, the file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files import File
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.core.forms import show_refusals
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.core.downloads import attachment
from tracing.records import RECORDS
from tracing.uploads.actions import submit
from tracing.uploads.desks import Desk
from tracing.uploads.forms import FileForm, ImportForm
from tracing.uploads.models import USUAL_TERMS, Submission, Terms
from tracing.uploads.views_lists import dialog
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.template import template

EARLIER = "该文件已于 {at} 上传过，内容完全相同，没有重复导入；这里是那一次的结果。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def new(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the three steps; 确定 uploads the file and leads to its progress."""
    wanted = request.GET.get("record", "")
    tab = desk.tab_of(wanted) or request.GET.get("tab", "")
    records = desk.offered_at(tab)
    if request.method != "POST":
        form = ImportForm(records=records, initial={"record": wanted or records[0]})
        return _dialog(request, desk, form, tab)
    form = ImportForm(
        request.POST,
        request.FILES,
        records=records,
        too_large=getattr(request, "upload_too_large", False),
    )
    submission = None
    if form.is_valid():
        submission = take_in(request, form, form.cleaned_data["record"], form.terms)
    if submission is None:
        return _dialog(request, desk, form, tab, status=422)
    return redirect(desk.address("submission", request.unit.slug, submission.pk))


def take_in(
    request: AgentRequest, form: FileForm, record_code: str, terms: Terms = USUAL_TERMS
) -> Submission | None:
    """Take the form's file in; a refusal is put on the form."""
    file: File[bytes] = form.cleaned_data["file"]
    try:
        submitted = submit(
            unit=request.unit,
            agent=request.agent,
            record_code=record_code,
            name=file.name or "",
            chunks=file.chunks(),
            source=Submission.Source.PAGE,
            origin=origin_of(request),
            terms=terms,
        )
    except Refused as refused:
        show_refusals(form, refused, "file")
        return None
    if submitted.earlier:
        at = timezone.localtime(submitted.submission.received_at)
        messages.info(request, EARLIER.format(at=f"{at:%Y-%m-%d %H:%M:%S}"))
    return submitted.submission


def _dialog(
    request: AgentRequest, desk: Desk, form: ImportForm, tab: str, status: int = 200
) -> HttpResponse:
    slug = request.unit.slug
    records = desk.offered_at(tab)
    templates = [
        {
            "title": f"{RECORDS[code].title}上传",
            "address": desk.address("template", slug, code),
        }
        for code in records
    ]
    context: dict[str, Any] = {
        "form": form,
        "templates": templates,
        "only": RECORDS[records[0]] if len(records) == 1 else None,
        "limit": PAGE_LIMITS.max_bytes,
        "addresses": desk.addresses(slug, tab),
    }
    shown = "tracing/uploads/import_dialog.html"
    return dialog(request, desk, shown, context, tab=tab, status=status)


@require_safe
@at_place
def blank_template(request: AgentRequest, desk: Desk, record_code: str) -> HttpResponseBase:
    """Download the blank workbook of a record."""
    record = desk.record(record_code)
    return attachment(template(record), f"{record.title}上传.xlsx")
