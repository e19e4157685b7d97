"""上传记录: all uploads at a desk, their files with their fingerprints, the files themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.core.requests import AgentRequest
from portal.pages.dialogs import private, show_dialog
from tracing.core.business_pages import at_place
from tracing.core.downloads import attachment
from tracing.core.pages import heading, page_asked, why_empty
from tracing.core.paging import Page
from tracing.uploads.desks import Desk
from tracing.uploads.forms_uploads import UploadsFilter
from tracing.uploads.models import Submission, SubmissionState
from tracing.uploads.outcome import state_words
from tracing.uploads.queries import all_files, submission_of
from tracing.uploads.queries_uploads import file_of, uploaders, uploads
from tracing.uploads.recent import tone
from tracing.uploads.undoable import is_undoable

# The page behind the dialogs of an upload in this list.
TEMPLATE = "tracing/uploads/uploads.html"
TITLE = "上传记录"
FILE_GONE = "文件“{name}”已不在服务器上：没有入库的文件在上传 30 天后清除。其余记录仍可查看。"
# What a browser must not open itself, whatever its name ends in.
ANY_FILE = "application/octet-stream"


class UploadRow(NamedTuple):
    """One upload as the list shows it; `tone` is the colour of its state. An address is empty
    where there is nothing to be had."""

    received_at: datetime
    title: str
    file: str
    files: int
    sha256: str
    agent: str
    state: str
    tone: str
    counts: list[tuple[str, int | None]]
    addresses: dict[str, str]


@require_safe
@at_place
def index(request: AgentRequest, desk: Desk) -> HttpResponse:
    """Show the uploads that the filter asks for."""
    return private(render(request, TEMPLATE, page(request, desk)))


def page(request: AgentRequest, desk: Desk) -> dict[str, Any]:
    """The context of the list, also as it stands behind a dialog."""
    slug, unit = request.unit.slug, request.unit
    form = UploadsFilter(request.GET, records=desk.offered, agents=uploaders(unit))
    wanted = form.wanted() if form.is_valid() else {}
    asked = page_asked(request)
    # A condition that cannot be understood finds nothing; it must not show everything.
    found: Page[Submission] = Page((), 0, 1, asked["size"])
    if not form.errors:
        found = uploads(unit, desk.offered, wanted, **asked)
    address = desk.address("uploads", slug)
    return {
        **heading(desk.business),
        "title": TITLE,
        "filter_form": form,
        "list_address": address,
        "page": found,
        "rows": [_row(desk, slug, submission) for submission in found.rows],
        "empty_hint": why_empty(form, wanted),
        "addresses": desk.addresses(slug),
    }


def _row(desk: Desk, slug: str, submission: Submission) -> UploadRow:
    files = all_files(submission)
    return UploadRow(
        received_at=submission.received_at,
        title=f"{submission.record.title}上传",
        file=files[0].name,
        files=len(files),
        sha256=files[0].sha256,
        agent=submission.agent.name,
        state=state_words(submission),
        tone=tone(submission),
        counts=[
            ("总计(条)", submission.total),
            ("成功(条)", submission.accepted),
            ("失败(条)", submission.rejected),
            ("新增(条)", submission.created),
            ("替换(条)", submission.replaced),
            ("未变化(条)", submission.unchanged),
        ],
        addresses=_addresses(desk, slug, submission),
    )


def _addresses(desk: Desk, slug: str, submission: Submission) -> dict[str, str]:
    """Where the actions on an upload lead, as far as there is anything to do."""

    def there(name: str, condition: bool) -> str:
        return desk.address(name, slug, submission.pk) if condition else ""

    return {
        "show": there("submission", True),
        "files": there("submission-files", True),
        "report": there("submission-report", submission.report_path.exists()),
        "undo": there("submission-undo", is_undoable(submission)),
        "receipt": there("submission-receipt", submission.state == SubmissionState.STORED),
    }


def over_uploads(
    request: AgentRequest,
    desk: Desk,
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Show a dialog of an upload over the list of all of them."""
    behind: Callable[[], Mapping[str, Any]] = lambda: page(request, desk)  # noqa: E731
    return show_dialog(request, template, context, page=TEMPLATE, behind=behind, status=status)


def submission_at(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> Submission:
    """The unit's submission at this desk; 404 for any other."""
    submission = submission_of(request.unit, submission_id)
    if submission is None or submission.record_code not in desk.offered:
        raise Http404
    return submission


@require_safe
@at_place
def files(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Show the files of an upload, each with its whole fingerprint."""
    submission = submission_at(request, desk, submission_id)
    slug = request.unit.slug
    context = {
        "submission": submission,
        "files": [
            (file, desk.address("submission-file", slug, submission.pk, file.number))
            for file in submission.files.order_by("number")
        ],
        "addresses": desk.addresses(slug, desk.tab_of(submission.record_code)),
    }
    return over_uploads(request, desk, "tracing/uploads/files_dialog.html", context)


@require_safe
@at_place
def original(
    request: AgentRequest, desk: Desk, submission_id: uuid.UUID, number: int
) -> HttpResponseBase:
    """Download a file as it came, to be saved and never shown."""
    submission = submission_at(request, desk, submission_id)
    file = file_of(submission, number)
    if file is None:
        raise Http404
    try:
        content = file.path.open("rb")
    except FileNotFoundError:
        messages.warning(request, FILE_GONE.format(name=file.name))
        return redirect(desk.address("uploads", request.unit.slug))
    return attachment(content, file.name, ANY_FILE)
