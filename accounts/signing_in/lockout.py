"""Locking after repeated failures: one account from one address, never a whole office.

django-axes counts and locks; these are its hooks, named in the settings.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from accounts.core.queries import canonical_name
from accounts.signing_in.sign_in_limits import PER_DAY, Stop
from portal.lib.refused import refusal

# Where a request notes which limit has stopped its try.
STOPPED = "sign_in_stopped"


def locked_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the canonical name a failure counts for, however the account was typed."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return canonical_name(str(typed))


def stop(request: HttpRequest | None, why: Stop) -> None:
    """Make the answer to this try the same as to one that django-axes stops."""
    setattr(request, STOPPED, why)
    # django-axes' own mark: the try is no further failure, and its middleware answers.
    request.axes_locked_out = True  # type: ignore[union-attr]


def lock_sentence() -> str:
    """Return what a locked person is told. It is the same for names that nobody holds."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    minutes = str(int(wait.total_seconds() // 60))
    return refusal(
        "sign_in_paused", times=str(settings.AXES_FAILURE_LIMIT), minutes=minutes
    ).message


def locked_anywhere_sentence(*, of_staff: bool = False) -> str:
    """Return what is told when a name was tried too often from all addresses together."""
    code = "staff_sign_in_paused_anywhere" if of_staff else "sign_in_paused_anywhere"
    return refusal(code, times=str(PER_DAY)).message


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer a try while locked with the sign-in page and 429."""
    # The pages need the form, and the form needs the backend that is hooked up with this module.
    from accounts.signing_in.views import sign_in_page as unit_page
    from accounts.staff.views_sign_in import sign_in_page as staff_page

    of_staff = request.resolver_match is not None and request.resolver_match.app_name == "admin"
    sign_in_page = staff_page if of_staff else unit_page
    anywhere = getattr(request, STOPPED, None) == Stop.ANYWHERE
    problem = locked_anywhere_sentence(of_staff=of_staff) if anywhere else lock_sentence()
    answer = sign_in_page(request, problem=problem, status=429)
    # It holds a picture's key and comes past the sign-in view, which says this of its own pages.
    add_never_cache_headers(answer)
    return answer
