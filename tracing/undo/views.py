"""撤销: what will happen is said first, then a worker does it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.core.downloads import attachment
from tracing.undo.actions import ask_for_undo
from tracing.undo.queries import plan
from tracing.uploads.desks import Desk
from tracing.uploads.fates_book import TITLE
from tracing.uploads.kept_files import undo_workbook
from tracing.uploads.models import SubmissionState
from tracing.uploads.queries import all_files
from tracing.uploads.shown_undo import shown_undo
from tracing.uploads.undoable import HOURS, require_undoable
from tracing.uploads.views_uploads import over_uploads, submission_at

NO_ROWS = "没有可下载的撤销结果：这次上传没有撤销，或没有保存每条数据的结果。"


@require_http_methods(["GET", "HEAD", "POST"])
@at_place
def undo(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Say what an undo will do; with 确定 have it done and show how it goes."""
    submission = submission_at(request, desk, submission_id)
    slug = request.unit.slug
    result = desk.address("submission", slug, submission.pk)
    if request.method == "POST":
        try:
            ask_for_undo(submission=submission, agent=request.agent, origin=origin_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(result)
    refusal, planned = "", None
    try:
        require_undoable(submission)
        planned = plan(submission)
    except Refused as refused:
        refusal = str(refused)
    context = {
        "submission": submission,
        "file": all_files(submission)[0],
        "refusal": refusal,
        "planned": planned is not None,
        "undo": shown_undo(submission, planned),
        "hours": HOURS,
        "addresses": {
            **desk.addresses(slug, desk.tab_of(submission.record_code)),
            "undo": desk.address("submission-undo", slug, submission.pk),
        },
    }
    return over_uploads(request, desk, "tracing/undo/undo_dialog.html", context)


@require_safe
@at_place
def rows(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponseBase:
    """Download what became of each row of an upload that was undone; where that is not kept, its
    page says so.
    """
    submission = submission_at(request, desk, submission_id)
    if submission.state == SubmissionState.UNDONE and undo_workbook(submission).exists():
        name = f"{submission.record.title}{TITLE}.xlsx"
        return attachment(undo_workbook(submission).open("rb"), name)
    messages.warning(request, NO_ROWS)
    return redirect(desk.address("submission", request.unit.slug, submission.pk))
