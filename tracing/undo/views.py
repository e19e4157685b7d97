"""撤销: what will happen is said first, then a worker does it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.undo.actions import ask_for_undo
from tracing.undo.queries import plan
from tracing.undo.rules import HOURS, require_undoable
from tracing.undo.words import shown_undo
from tracing.uploads.desks import Desk
from tracing.uploads.views_uploads import over_uploads, submission_at


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
        "file": submission.files.get(number=1),
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
