"""消息: what the account that is signed in was told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, queries
from accounts.notices import message
from accounts.permissions import account_required
from accounts.requests import AccountRequest
from portal.lib.asked import whole

READ = "已将 {count} 条消息标为已读。"
NONE_UNREAD = "没有未读消息。"
# No more than the id of a row can have.
ID_DIGITS = 18


@require_safe
@account_required
def notices(request: AccountRequest) -> HttpResponse:
    """Show one page of them, newest first."""
    page = queries.notices_page(request.user, whole(request.GET, "page", 1))
    context = {
        "page": page,
        "lines": [message(notice) for notice in page.object_list],
        "unread": queries.unread_notices(request.user),
        "newest": page.object_list[0].pk if page.number == 1 and page.object_list else None,
    }
    return render(request, "accounts/notices.html", context)


@require_POST
@account_required
def read(request: AccountRequest) -> HttpResponse:
    """全部已读: mark all that the reader has seen listed as read."""
    newest = whole(request.POST, "newest", 0, digits=ID_DIGITS)
    count = actions.read_notices(request.user, newest) if newest else 0
    messages.success(request, READ.format(count=count) if count else NONE_UNREAD)
    return redirect("accounts:notices")
