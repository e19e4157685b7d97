"""The import dialog after 确定: progress, result, 确认, 取消, the error workbook."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest, whole
from portal.lib.refused import Refused
from portal.pages.dialogs import private
from portal.workers.canaries import worker_answers
from tracing.core.business_pages import at_place
from tracing.core.downloads import attachment
from tracing.core.pages import STOP_POLLING, poll_answer
from tracing.records.base import Record
from tracing.uploads import actions
from tracing.uploads.actions_preview import look_again
from tracing.uploads.desks import Desk
from tracing.uploads.forms import FileForm
from tracing.uploads.kept_files import undo_workbook
from tracing.uploads.mending_addresses import addresses
from tracing.uploads.models import Submission
from tracing.uploads.queries import all_files, first_failures, latest_file, submission_of
from tracing.uploads.queries_lost import MOST as MOST_LOST
from tracing.uploads.queries_lost import lost_rows
from tracing.uploads.queries_preview import shown_preview
from tracing.uploads.shown_causes import shown_causes
from tracing.uploads.shown_undo import shown_undo
from tracing.uploads.submission_facts import FIRST_FAULTS, ShownSubmission, shown_submission
from tracing.uploads.views import take_in
from tracing.uploads.views_lists import dialog
from tracing.uploads.views_uploads import submission_at
from tracing.uploads.workbook.limits import PAGE_LIMITS
from tracing.uploads.workbook.other_records import meant_by

MERGED = "识别为修改后的错误报告，已并入原来的导入；结果如下。"
NO_REPORT = "没有错误报告：校验还没有完成，或已没有失败的数据。请查看本次导入的结果。"


# The pages and acts of an upload that stand in rooms of their own.
OWN_PAGES = ("mend", "repairs", "terms")

# What an address calls the upload that a file was sent to mend.
MEANT = "mends"


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Show where an upload stands; a corrected workbook leads to the upload it mended."""
    submission = submission_at(request, desk, submission_id)
    if submission.merged_into_id:
        messages.info(request, MERGED)
        return redirect(_address(request, desk, submission.merged_into_id))
    return _dialog(request, desk, submission)


@require_safe
@at_place
def progress(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Answer the dialog's poll."""
    submission = submission_at(request, desk, submission_id)
    if submission.merged_into_id:
        address = _address(request, desk, submission.pk)
        return private(HttpResponse(status=STOP_POLLING, headers={"HX-Redirect": address}))
    context = _context(request, desk, submission)
    facts: ShownSubmission = context["facts"]
    return poll_answer(
        request,
        "tracing/uploads/submission_poll.html",
        context,
        seen=facts.seen,
        running=facts.running,
    )


@require_POST
@at_place
def confirm(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """确认: store what is staged."""
    return _act(request, desk, submission_id, actions.confirm)


@require_POST
@at_place
def cancel(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """取消: forget what is staged."""
    return _act(request, desk, submission_id, actions.cancel)


def _act(
    request: AgentRequest, desk: Desk, submission_id: uuid.UUID, action: Callable[..., None]
) -> HttpResponse:
    submission = submission_at(request, desk, submission_id)
    try:
        action(submission=submission, agent=request.agent, origin=origin_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_address(request, desk, submission.pk))


@require_POST
@at_place
def correct(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Take in a corrected error workbook; the check finds out that it belongs to this upload."""
    submission = submission_at(request, desk, submission_id)
    form = FileForm(
        request.POST, request.FILES, too_large=getattr(request, "upload_too_large", False)
    )
    if form.is_valid() and (taken := take_in(request, form, submission.record_code)):
        # Only its check can tell whether it is what it was sent as.
        return redirect(f"{_address(request, desk, taken.pk)}?{urlencode({MEANT: submission.pk})}")
    return _dialog(request, desk, submission, {"form": form}, status=422)


@require_safe
@at_place
def report(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponseBase:
    """Download the error workbook, or the part of it that the address asks for.

    One that could not be kept is written now, and offered with the result.
    """
    submission = submission_at(request, desk, submission_id)
    number = whole(request.GET, "part", 0) if "part" in request.GET else 1
    try:
        file = submission.report_part(number).open("rb")
    except FileNotFoundError:
        if not actions.write_report(submission):
            messages.warning(request, NO_REPORT)
        return redirect(_address(request, desk, submission.pk))
    part = f"-{number}" if number > 1 else ""
    return attachment(file, f"{submission.record.title}错误报告{part}.xlsx")


def _address(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> str:
    return desk.address("submission", request.unit.slug, submission_id)


def _meant(request: AgentRequest, desk: Desk) -> Submission | None:
    """The upload that the file was sent to mend, as the address says."""
    try:
        meant = uuid.UUID(request.GET.get(MEANT, ""))
    except ValueError:
        return None
    submission = submission_of(request.unit, meant)
    return submission if submission and submission.record_code in desk.offered else None


def _records_meant(desk: Desk, submission: Submission) -> list[Record]:
    """The records of the desk whose templates the file may be, where it is of no other fault."""
    why = submission.refusal
    return [r for r in (meant_by(why) if why else ()) if r.code in desk.offered]


def _dialog(
    request: AgentRequest,
    desk: Desk,
    submission: Submission,
    more: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    return dialog(
        request,
        desk,
        "tracing/uploads/submission_dialog.html",
        {**_context(request, desk, submission), **(more or {})},
        tab=desk.tab_of(submission.record_code),
        status=status,
    )


def _context(request: AgentRequest, desk: Desk, submission: Submission) -> dict[str, Any]:
    slug = request.unit.slug
    latest = latest_file(submission)
    failures = first_failures(submission, FIRST_FAULTS)
    own = {
        name: desk.address(f"submission-{name}", slug, submission.pk)
        for name in ("progress", "confirm", "cancel", "correct", "report", "undo", "receipt")
    }
    own |= {name: desk.address(f"submission-{name}", slug, submission.pk) for name in OWN_PAGES}
    if undo_workbook(submission).exists():
        own["undo_rows"] = desk.address("submission-undo-rows", slug, submission.pk)
    own["show"] = _address(request, desk, submission.pk)
    meant_records = _records_meant(desk, submission)
    again = meant_records[0].code if meant_records else submission.record_code
    own["again"] = desk.import_address(slug, again)
    meant = _meant(request, desk)
    if meant is not None and meant != submission:
        own["progress"] = f"{own['progress']}?{urlencode({MEANT: meant.pk})}"
        own["meant"] = _address(request, desk, meant.pk)
    return {
        "submission": submission,
        "causes": shown_causes(submission, addresses(desk, slug, submission)),
        "form": FileForm(),
        "undo": shown_undo(submission),
        "lost": lost_rows(
            submission, whole(request.GET, "lost", 1), partial(desk.history_address, slug)
        ),
        "most_lost": MOST_LOST,
        "file": latest,
        "first_file": all_files(submission)[0].name,
        "other_templates": [
            (record.title, desk.import_address(slug, record.code)) for record in meant_records
        ],
        "parts": range(1, len(submission.report_parts()) + 1),
        "preview": shown_preview(look_again(submission), partial(_address, request, desk)),
        "facts": shown_submission(submission, failures, latest, lambda: worker_answers("imports")),
        "limit": PAGE_LIMITS.max_bytes,
        "addresses": {**desk.addresses(slug, desk.tab_of(submission.record_code)), **own},
    }
