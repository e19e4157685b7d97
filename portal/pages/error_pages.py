"""The pages for what failed inside, and for a request that was not understood."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error as fault_of_ours
from redis.exceptions import RedisError

from portal.lib.disk import is_full
from portal.lib.folding import MOST_MARKS
from portal.lib.refused import refusal
from portal.middleware import EndlessMarks

# RFC 4918: the server cannot store what is needed to complete the request.
INSUFFICIENT_STORAGE = 507
UNAVAILABLE = 503
# What PostgreSQL says where it stops, crashed, starts or recovers, or takes nobody else in; and
# the class of what is said of connections.
GONE = frozenset({"57P01", "57P02", "57P03", "53300"})
NO_CONNECTION = "08"
# A Redis or a PostgreSQL that is started again is there by then.
RETRY_SECONDS = 30
# What may be lacking.
DISK, REDIS, DATABASE = "disk", "Redis", "PostgreSQL"
log = logging.getLogger(__name__)

# What a request was not taken in for, and the limit it is over.
REQUESTS: dict[type[Exception], tuple[str, str]] = {
    RequestDataTooBig: ("request_too_large", f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024}K"),
    TooManyFieldsSent: ("request_too_many_fields", str(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)),
    EndlessMarks: ("request_endless_marks", str(MOST_MARKS)),
}


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that without room on the disk, Redis or the database nothing was kept, or that something
    failed. Called by Django with the fault in hand (`handler500`)."""
    lack = lacking(sys.exc_info()[1])
    if lack == DISK:
        return render(None, "507.html", status=INSUFFICIENT_STORAGE)
    if lack:
        answer = render(None, "503.html", status=UNAVAILABLE)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return fault_of_ours(request)


def lacking(error: BaseException | None) -> str:
    """What an error is for want of: DISK, REDIS or DATABASE, which is logged; else nothing."""
    if is_full(error):
        log.error("A disk is full, what was sent or asked for was not kept: %s", error)
        return DISK
    lack = REDIS if without_redis(error) else DATABASE if without_database(error) else ""
    if lack:
        log.error("%s failed, what was sent was not kept: %s", lack, error)
    return lack


def without_redis(error: BaseException | None) -> bool:
    """Whether Redis is to blame, also where what talks to it tells it in an error of its own."""
    while error is not None and not isinstance(error, RedisError):
        error = error.__cause__
    return error is not None


def without_database(error: BaseException | None) -> bool:
    """Whether the database is to blame for being gone, and not for what it was asked."""
    while error is not None and not isinstance(error, OperationalError | InterfaceError):
        error = error.__cause__
    if error is None:
        return False
    # A connection that was cut, or never came about, has no code of the server's.
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state in GONE or state.startswith(NO_CONNECTION)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say why a request was not taken in."""
    code, limit = REQUESTS.get(type(exception), ("", ""))
    advice = refusal(code, limit=limit).message if code else ""
    return render(request, "400.html", {"advice": advice}, status=400)
