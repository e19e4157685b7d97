"""Locking after repeated failures: one account from one address, never a whole office.

django-axes counts and locks; these are its hooks, named in the settings.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from accounts import queries


def locked_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the canonical name a failure counts for, however the account was typed."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return queries.canonical_name(str(typed))


def lock_sentence() -> str:
    """Return what a locked person is told. It is the same for names that nobody holds."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    minutes = int(wait.total_seconds() // 60)
    return (
        f"此账号在本网络地址上连续 {settings.AXES_FAILURE_LIMIT} 次登录失败，"
        f"已暂停登录 {minutes} 分钟；请在 {minutes} 分钟后重试，其他账号和其他地址不受影响。"
    )


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer a try while locked with the sign-in page and 429."""
    # The page needs the form, and the form needs the backend that is hooked up with this module.
    from accounts.views.signing import sign_in_page

    answer = sign_in_page(request, problem=lock_sentence(), status=429)
    # It holds a picture's key and comes past the sign-in view, which says this of its own pages.
    add_never_cache_headers(answer)
    return answer
