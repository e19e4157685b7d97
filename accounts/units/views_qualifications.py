"""资质认证: the unit account uploads, replaces and looks at the papers of its unit."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.core.forms import OneFileForm, RefusalsShown, status_of
from accounts.core.origin import origin_of
from accounts.core.private_files import PDF, paper_file
from accounts.core.requests import UnitRequest, or_404
from accounts.rights.permissions import unit_account_form, unit_account_page
from accounts.units.actions_qualifications import upload_paper
from accounts.units.models import Qualification
from accounts.units.overview import papers_of
from accounts.units.qualifications import ENDINGS, FORM_WORDS, LIMIT_WORDS, MAX_BYTES
from accounts.units.queries import paper_of, papers_before
from portal.pages.dialogs import show_dialog

TAB = "accounts/units/qualifications.html"
UPLOADED = {
    Qualification.State.WAITING: "“{paper}”已上传，等待平台工作人员审核。",
    Qualification.State.APPROVED: "“{paper}”已上传并通过认证。",
}


@unit_account_page
def qualifications(request: UnitRequest) -> HttpResponse:
    """Show the papers and their state."""
    return render(request, TAB, _tab(request))


@unit_account_form
def upload(request: UnitRequest, kind: str) -> HttpResponse:
    """Ask for a paper and take it in."""
    if kind not in Qualification.Kind.values:
        raise Http404
    wanted = Qualification.Kind(kind)
    form = OneFileForm.of(request, limit=MAX_BYTES, limit_words=LIMIT_WORDS)
    if form.is_valid():
        origin = origin_of(request, request.user)
        with RefusalsShown(form, "file"):
            paper = upload_paper(
                request.unit, wanted, name=form.name, content=form.content, origin=origin
            )
            paper.refresh_from_db()
            words = UPLOADED[Qualification.State(paper.state)]
            messages.success(request, words.format(paper=wanted.label))
            return redirect("accounts:qualifications", request.unit.slug)
    return _upload_dialog(request, wanted, form)


@unit_account_page
def show(request: UnitRequest, paper_id: UUID) -> HttpResponse:
    """查看: one paper, and those it took the place of."""
    paper = _paper(request, paper_id)
    context = {
        "paper": paper,
        "is_picture": paper.content_type != PDF,
        "file_address": reverse("accounts:qualification-file", args=[request.unit.slug, paper.pk]),
        "earlier": papers_before(paper),
        "back": _address(request),
    }
    return _dialog(request, "accounts/units/qualification_dialog.html", context)


@unit_account_page
def file(request: UnitRequest, paper_id: UUID) -> HttpResponseBase:
    """Send the file of a paper."""
    return paper_file(_paper(request, paper_id))


def _paper(request: UnitRequest, paper_id: UUID) -> Qualification:
    return or_404(paper_of(request.unit, paper_id))


def _tab(request: UnitRequest) -> dict[str, Any]:
    return {"papers": papers_of(request.unit)}


def _address(request: UnitRequest) -> str:
    return reverse("accounts:qualifications", args=[request.unit.slug])


def _upload_dialog(
    request: UnitRequest, kind: Qualification.Kind, form: OneFileForm
) -> HttpResponse:
    context = {
        "form": form,
        "title": kind.label,
        "address": reverse("accounts:qualification-upload", args=[request.unit.slug, kind]),
        "back": _address(request),
        "endings": ",".join(ENDINGS),
        "limit": MAX_BYTES,
        "hint": f"{FORM_WORDS} 文件，1 个，最大 {LIMIT_WORDS}",
        "cure": f"请选择 {FORM_WORDS} 格式、不超过 {LIMIT_WORDS} 的扫描件或照片。",
        "institution": kind == Qualification.Kind.INSTITUTION,
    }
    return _dialog(request, "accounts/units/qualification_upload.html", context, status_of(form))


def _dialog(
    request: UnitRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return show_dialog(
        request, template, context, page=TAB, behind=lambda: _tab(request), status=status
    )
