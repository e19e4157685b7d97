"""数字证书: the unit account uploads, sees and removes the certificates of its unit."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.core.forms import OneFileForm, RefusalsShown, status_of
from accounts.core.origin import origin_of
from accounts.core.requests import UnitRequest, or_404
from accounts.rights.permissions import unit_account_form, unit_account_page
from accounts.units import queries
from accounts.units.actions_certificates import add_certificate, remove_certificate
from accounts.units.certificates import ENDINGS, LIMIT_WORDS, MAX_BYTES, WARN_BEFORE, algorithm
from accounts.units.models import Certificate, Unit
from accounts.units.queries import certificate_of, certificates_ending
from portal.lib.clock import to_second
from portal.pages.dialogs import show_dialog

TAB = "accounts/units/certificates.html"
ADDED = "证书已上传，有效期至 {until}。"
REMOVED = "证书已移除。"
ENDS = "数字证书（序列号 {serial}）将于 {until} 到期，还剩 {days} 天；请到【数字证书】上传新证书。"
ENDED = "数字证书（序列号 {serial}）已于 {until} 到期；请到【数字证书】上传新证书，并移除旧证书。"


class Line(NamedTuple):
    """A certificate as the tab shows it. `tone` is the colour of its pill."""

    certificate: Certificate
    words: str
    tone: str
    fingerprint: str
    algorithm: str


@unit_account_page
def certificates(request: UnitRequest) -> HttpResponse:
    """Show the certificates in use."""
    return render(request, TAB, _tab(request))


@unit_account_form
def upload(request: UnitRequest) -> HttpResponse:
    """Ask for a certificate and take it in."""
    form = OneFileForm.of(request, limit=MAX_BYTES, limit_words=LIMIT_WORDS)
    if form.is_valid():
        origin = origin_of(request, request.user)
        with RefusalsShown(form, "file"):
            certificate = add_certificate(
                request.unit, name=form.name, content=form.content, origin=origin
            )
            messages.success(request, ADDED.format(until=to_second(certificate.not_after)))
            return redirect("accounts:certificates", request.unit.slug)
    return _upload_dialog(request, form)


@unit_account_form
def remove(request: UnitRequest, certificate_id: int) -> HttpResponse:
    """Ask whether a certificate is meant, then take it out of use."""
    certificate = or_404(certificate_of(request.unit, certificate_id))
    if request.method == "POST":
        remove_certificate(certificate, origin=origin_of(request, request.user))
        messages.success(request, REMOVED)
        return redirect("accounts:certificates", request.unit.slug)
    context = {
        "certificate": certificate,
        "address": reverse("accounts:certificate-remove", args=[request.unit.slug, certificate.pk]),
        "back": _address(request),
    }
    return _dialog(request, "accounts/units/certificate_remove.html", context)


def warnings(unit: Unit) -> list[str]:
    """Return what the unit account must know of certificates that end soon or have ended."""
    now = timezone.now()
    said = []
    for certificate in certificates_ending(unit, now + WARN_BEFORE):
        words = ENDED if certificate.not_after <= now else ENDS
        said.append(
            words.format(
                serial=certificate.serial,
                until=f"{timezone.localtime(certificate.not_after):%Y-%m-%d}",
                days=(certificate.not_after - now).days,
            )
        )
    return said


def _line(certificate: Certificate) -> Line:
    left = certificate.not_after - timezone.now()
    words, tone = "有效", "good"
    if left.total_seconds() <= 0:
        words, tone = "已过期", "bad"
    elif left < WARN_BEFORE:
        words, tone = f"即将到期，还剩 {left.days} 天", "warn"
    pairs = [certificate.sha256[i : i + 2].upper() for i in range(0, 64, 2)]
    return Line(certificate, words, tone, ":".join(pairs), algorithm(certificate.pem))


def _tab(request: UnitRequest) -> dict[str, Any]:
    return {"lines": [_line(row) for row in queries.certificates(request.unit)]}


def _address(request: UnitRequest) -> str:
    return reverse("accounts:certificates", args=[request.unit.slug])


def _upload_dialog(request: UnitRequest, form: OneFileForm) -> HttpResponse:
    context = {
        "form": form,
        "address": reverse("accounts:certificate-upload", args=[request.unit.slug]),
        "back": _address(request),
        "endings": ",".join(ENDINGS),
        "limit": MAX_BYTES,
        "hint": f"{'、'.join(ENDINGS)} 文件，PEM 或 DER 编码，1 个，最大 {LIMIT_WORDS}",
        "cure": "请只选择本单位的证书文件，不要选择含私钥的 .pfx、.p12 或 .key 文件。",
    }
    return _dialog(request, "accounts/units/certificate_upload.html", context, status_of(form))


def _dialog(
    request: UnitRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return show_dialog(
        request, template, context, page=TAB, behind=lambda: _tab(request), status=status
    )
