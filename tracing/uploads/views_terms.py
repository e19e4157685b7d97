"""改为正式导入, 改为只入库通过的数据: what was asked of an upload is taken back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from tracing.core.business_pages import at_place
from tracing.uploads.actions_terms import lift
from tracing.uploads.desks import Desk
from tracing.uploads.models import Terms
from tracing.uploads.views_uploads import submission_at

LIFTED = {
    "all_or_nothing": "已改为只入库通过的数据；点击【确认】后入库。",
    "check_only": "已改为正式导入；点击【确认】后入库。",
}


@require_POST
@at_place
def terms(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Take back the term that the form names."""
    submission = submission_at(request, desk, submission_id)
    term = request.POST.get("term", "")
    if term not in Terms._fields:
        raise BadRequest("not a term")
    try:
        lift(submission=submission, agent=request.agent, term=term, origin=origin_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, LIFTED[term])
    return redirect(desk.address("submission", request.unit.slug, submission.pk))
