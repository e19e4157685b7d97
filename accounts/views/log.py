"""The unit's operation log."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.log_words import line
from accounts.permissions import unit_account_required
from accounts.requests import UnitRequest


@require_safe
@unit_account_required
def log(request: UnitRequest) -> HttpResponse:
    """Show one page of it, newest first."""
    page = queries.log_page(request.unit, request.GET.get("page", "1"))
    lines = [line(entry) for entry in page.object_list]
    return render(request, "accounts/log.html", {"page": page, "lines": lines})
