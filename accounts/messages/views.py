"""消息, 常见问题, 帮助与反馈 and 资料下载, for everyone signed in."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from accounts.agents.queries import membership
from accounts.core.forms import RefusalsShown
from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.core.private_files import private_file
from accounts.core.queries import unit_of_account
from accounts.core.requests import AccountRequest, or_404, whole
from accounts.messages import queries
from accounts.messages.actions import give_feedback, read_notices
from accounts.messages.documents import form_by_name, path_of
from accounts.messages.forms import FeedbackForm
from accounts.messages.notices import message
from accounts.messages.queries import feedback_page, notices_page, unread_notices
from accounts.rights.permissions import account_form, account_page, account_required
from accounts.units.models import Unit
from portal.pages.dialogs import is_fragment, private

READ = "已将 {count} 条消息标为已读。"

NONE_UNREAD = "没有未读消息。"

# No more than the id of a row can have.
ID_DIGITS = 18


@account_page
def notices(request: AccountRequest) -> HttpResponse:
    """Show one page of them, newest first."""
    page = notices_page(request.user, whole(request.GET, "page", 1))
    context = {
        "page": page,
        "lines": [message(notice) for notice in page.object_list],
        "unread": unread_notices(request.user),
        "newest": page.object_list[0].pk if page.number == 1 and page.object_list else None,
    }
    return render(request, "accounts/messages/notices.html", context)


@require_POST
@account_required
def read(request: AccountRequest) -> HttpResponse:
    """全部已读: mark all that the reader has seen listed as read."""
    newest = whole(request.POST, "newest", 0, digits=ID_DIGITS)
    count = read_notices(request.user, newest) if newest else 0
    messages.success(request, READ.format(count=count) if count else NONE_UNREAD)
    return redirect("accounts:notices")


SENT = "反馈已提交，平台工作人员会在此答复；答复后您会收到消息。"

OCTETS = "application/octet-stream"


@account_page
def faq(request: AccountRequest) -> HttpResponse:
    """Show the guide's questions and answers, over the page one is on or as a page."""
    return _beside(request, "accounts/messages/faq", {"back": reverse("accounts:start")})


@account_form
def feedback(request: AccountRequest) -> HttpResponse:
    """Take in what someone tells staff, and show them what they told before, with the answers."""
    if request.method != "POST":
        page = _own_path(request, request.GET.get("page", ""))
        return _feedback_page(request, FeedbackForm(initial={"page": page}))
    form = FeedbackForm(request.POST)
    if form.is_valid():
        with RefusalsShown(form, "text"):
            _give(request, form.cleaned_data)
            messages.success(request, SENT)
            return redirect("accounts:feedback")
    return _feedback_page(request, form, status=422)


@account_page
def document(request: AccountRequest, document_id: int) -> HttpResponseBase:
    """Download one of the documents that staff offer."""
    found = or_404(queries.document(document_id))
    form = form_by_name(found.file_name)
    content_type = form.content_type if form else OCTETS
    return private_file(path_of(found), name=found.file_name, content_type=content_type)


def _give(request: AccountRequest, values: dict[str, Any]) -> None:
    """Keep the feedback. Raises Refused."""
    page = _own_path(request, values["page"])
    unit = _unit_at(request.user, page)
    give_feedback(request.user, values["text"], page=page, unit=unit, origin=origin_of(request))


def _feedback_page(request: AccountRequest, form: FeedbackForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "page": feedback_page(request.user, whole(request.GET, "list", 1)),
        # What was sent may be no page of ours, and is checked again.
        "back": _own_path(request, form["page"].value() or "") or reverse("accounts:start"),
    }
    return _beside(request, "accounts/messages/feedback", context, status)


def _beside(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Show `template` as a dialog to htmx and as a page to everyone else."""
    ending = "_dialog.html" if is_fragment(request) else ".html"
    return private(render(request, template + ending, context, status=status))


def _own_path(request: HttpRequest, address: str) -> str:
    """Return the path of a page of ours; nothing for any other address. A query is left out: it
    may hold what was searched for."""
    try:
        parts = urlsplit(address)
        resolve(parts.path)
    except (ValueError, Resolver404):
        return ""
    return "" if parts.scheme or parts.netloc else parts.path


def _unit_at(account: Account, path: str) -> Unit | None:
    """Return the unit whose page this is, if the account may enter it."""
    slug = str(resolve(path).kwargs.get("slug", "")) if path else ""
    if not slug:
        return None
    if unit := unit_of_account(account, slug):
        return unit
    row = membership(account, slug)
    return row.unit if row else None
