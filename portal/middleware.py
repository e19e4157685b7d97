"""A request id: in every log line of the request, in the operation log, and in the answer; the
health pages, which answer under any name; and requests whose text nothing here could store."""

import re
import uuid
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

from portal.lib.request_id import current_request_id
from portal.views import HEALTH

HEADER = "X-Request-ID"
# An id that a proxy sent is kept only in this form: it is written into logs.
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # for what is said later
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response[HEADER] = request_id
        return response


class HealthMiddleware:
    """Answers the health pages whatever host was asked for. Nothing else passes by
    ALLOWED_HOSTS: what comes after asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = HEALTH.get(request.path_info)
        return page(request) if page else self.get_response(request)


class ReadableTextMiddleware:
    """Answers 400 to text that no page of ours sends and PostgreSQL cannot keep.

    That is a NUL character anywhere, and any character set but UTF-8: others can smuggle in halves
    of surrogate pairs, or are no character sets at all. Stands after the CSRF check, which must
    come before a form is read, and before the session's cookie is looked up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest("The request is not in UTF-8")
        refuse_nul([request.path, *request.COOKIES.values()])
        refuse_nul(texts_of(request.GET))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Look at the form, if one was sent."""
        refuse_nul(texts_of(request.POST))


def texts_of(fields: QueryDict) -> Iterable[str]:
    """The names and values of a form or a query."""
    return chain(fields, chain.from_iterable(values for _, values in fields.lists()))


def refuse_nul(texts: Iterable[str]) -> None:
    """Raise BadRequest for a NUL character."""
    if any("\0" in text for text in texts):
        raise BadRequest("The request holds a NUL character")
