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
from tracing.uploads.forms import LIMIT_WORDS, FileForm, ImportForm
from tracing.uploads.models import USUAL, Submission, Terms
from tracing.uploads.views_lists import dialog
from tracing.uploads.workbook.read import PAGE_LIMITS
from tracing.uploads.workbook.template import template

EARLIER = "该文件已于 {at} 上传过，内容完全相同，没有重复导入；这里是那一次的结果。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def new(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the three steps; 确定 uploads the file and leads to its progress."""
    if request.method != "POST":
        wanted = request.GET.get("record", desk.offered[0])
        return _dialog(request, desk, ImportForm(records=desk.offered, initial={"record": wanted}))
    form = ImportForm(
        request.POST,
        request.FILES,
        records=desk.offered,
        too_large=getattr(request, "upload_too_large", False),
    )
    submission = None
    if form.is_valid():
        submission = take_in(request, form, form.cleaned_data["record"], form.terms)
    if submission is None:
        return _dialog(request, desk, form, status=422)
    return redirect(desk.address("submission", request.unit.slug, submission.pk))


def take_in(
    request: AgentRequest, form: FileForm, record_code: str, terms: Terms = USUAL
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


def _dialog(request: AgentRequest, desk: Desk, form: ImportForm, status: int = 200) -> HttpResponse:
    slug = request.unit.slug
    templates = [
        {
            "title": f"{RECORDS[code].title}上传",
            "address": desk.address("template", slug, code),
        }
        for code in desk.offered
    ]
    context: dict[str, Any] = {
        "form": form,
        "templates": templates,
        "only": RECORDS[desk.offered[0]] if len(desk.offered) == 1 else None,
        "limit": PAGE_LIMITS.max_bytes,
        "limit_words": LIMIT_WORDS,
        "addresses": desk.addresses(slug),
    }
    return dialog(request, desk, "tracing/uploads/import_dialog.html", context, status=status)


@require_safe
@at_place
def blank_template(request: AgentRequest, desk: Desk, record_code: str) -> HttpResponseBase:
    """Download the blank workbook of a record."""
    record = desk.record(record_code)
    return attachment(template(record), f"{record.title}上传.xlsx")
