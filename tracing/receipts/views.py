"""回执 of a stored upload, to be printed; and the public page that says whether one is genuine."""

from __future__ import annotations

import uuid

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.core.forms import invalid
from accounts.core.origin import origin_of
from accounts.core.requests import AgentRequest
from portal.lib.refused import Refused
from portal.pages.dialogs import private
from tracing.core.business_pages import at_place
from tracing.core.pages import heading
from tracing.receipts.actions import check as check_receipt
from tracing.receipts.forms import ReceiptForm
from tracing.receipts.receipts import files_of, number_in, token_of
from tracing.uploads.desks import Desk
from tracing.uploads.models import SubmissionState
from tracing.uploads.views_uploads import submission_at

NO_RECEIPT = "没有回执：这次上传现在是“{state}”。导入完成的上传才有回执。"
TEMPLATE = "tracing/receipts/check.html"


@require_safe
@at_place
def show(request: AgentRequest, desk: Desk, submission_id: uuid.UUID) -> HttpResponse:
    """Show the receipt of a stored upload."""
    submission = submission_at(request, desk, submission_id)
    slug = request.unit.slug
    if submission.state != SubmissionState.STORED:
        state = submission.get_state_display()
        messages.warning(request, NO_RECEIPT.format(state=state))
        return redirect(desk.address("submission", slug, submission.pk))
    token = token_of(submission)
    address = request.build_absolute_uri(reverse("tracing:receipt-check", args=[token]))
    context = {
        **heading(desk.business),
        "submission": submission,
        "agent": submission.agent.name,
        "files": files_of(submission),
        "token": token,
        "check_address": request.build_absolute_uri(reverse("tracing:receipt")),
        "qr_code": _qr_code(address),
        "addresses": desk.addresses(slug, desk.tab_of(submission.record_code)),
    }
    return private(render(request, "tracing/receipts/receipt.html", context))


def _qr_code(text: str) -> SafeString:
    """Draw a QR code as an SVG element, which the content policy lets into the page."""
    code = segno.make(text, error="m")
    drawn = code.svg_inline(scale=3, light="#fff", border=4, title="核验回执的二维码")
    return mark_safe(drawn)  # noqa: S308 - ours


@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt, and say whether it is genuine."""
    if "code" not in request.GET:
        return render(request, TEMPLATE, {"form": ReceiptForm()})
    form = ReceiptForm(request.GET)
    token = form.cleaned_data["code"] if form.is_valid() else ""
    return _answer(request, form, token)


@never_cache
@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether the receipt whose QR code led here is genuine."""
    return _answer(request, ReceiptForm({"code": token}), token)


def _answer(request: HttpRequest, form: ReceiptForm, token: str) -> HttpResponse:
    """One of two answers, or why there is none."""
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=422)
    try:
        genuine = check_receipt(token, origin=origin_of(request))
    except Refused as refused:
        form.add_error(None, invalid(refused.first))
        return render(request, TEMPLATE, {"form": form}, status=429)
    context = {"form": form, "answered": True, "number": number_in(token) if genuine else ""}
    return render(request, TEMPLATE, context)
