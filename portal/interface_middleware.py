"""Calls of the signed interface, apart from pages: no session, no form, and never a page in answer.

A call proves by its signature who sends it, so nothing of what stands behind this for browsers is
done for it: no session is looked up, no cookie read, and no statement is spent on either. Whatever
goes wrong on its way is said in the shape of its answers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from portal.lib.refused import Refused, echoed
from portal.pages.error_pages import DISK, lacking
from tracing.api import answers
from tracing.api.views import PREFIX

JSON = "application/json"
ROOT = f"/{PREFIX}"
log = logging.getLogger(__name__)


def is_call(path: str) -> bool:
    """Whether a path is one of the interface, or meant to be: a client that joins two parts of an
    address may write more slashes at its beginning."""
    meant = f"/{path.lstrip('/')}"
    return meant.startswith(ROOT) or meant == ROOT.rstrip("/")


class InterfaceMiddleware:
    """Answers what is below /api/v1/; nothing behind it sees these requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_call(request.path_info):
            return self.get_response(request)
        try:
            request.resolver_match = resolve(request.path_info)
            check(request)
            view, args, kwargs = request.resolver_match
            answer: HttpResponse = view(request, *args, **kwargs)
        except Exception as error:
            return answers.refused(why(error, request))
        return answer


def check(request: HttpRequest) -> None:
    """What is asked of every call before its body is read. Raises Refused, or what Django does for
    the name of another site."""
    request.get_host()
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        # Sent on to HTTPS, it would arrive as a GET; and it has been read on the way already.
        raise Refused("https_required")
    if request.method != answers.METHOD:
        raise Refused("method_not_post", found=echoed(request.method or "", 10))
    if not is_json(request):
        found = request.META.get("CONTENT_TYPE", "")
        raise Refused("type_not_json", found=echoed(found, 60))


def is_json(request: HttpRequest) -> bool:
    """Whether what was sent is announced as JSON in UTF-8, or not at all."""
    # A header that cannot be read has none (portal/wsgi.py).
    if request.content_params is None:
        return False
    charset = request.content_params.get("charset", "utf-8").lower()
    return request.content_type in (JSON, "") and charset in ("utf-8", "utf8")


def unreadable() -> bytes:
    """What a request whose head cannot be read is answered, head and body of it."""
    answer = answers.refused(Refused("request_unreadable"))
    answer["Content-Length"] = str(len(answer.content))
    answer["Connection"] = "close"
    head = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\n".encode()
    return head + answer.serialize()


def why(error: Exception, request: HttpRequest) -> Refused:
    """What is answered for an error."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Http404):
        return Refused("interface_unknown")
    if isinstance(error, SuspiciousOperation | BadRequest):
        return Refused("request_unreadable")
    lack = lacking(error)
    if lack:
        return Refused("portal_full") if lack == DISK else Refused("portal_busy")
    got_request_exception.send(sender=InterfaceMiddleware, request=request)
    request_id: str = getattr(request, "request_id", "")
    log.error("A call of the interface failed", exc_info=error)
    return Refused("portal_failed", request=request_id)
