"""A request id: in every log line of the request, in the operation log, and in the answer; the
health pages, which answer under any name; and requests whose text nothing here could store, or
should fold."""

import re
import uuid
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

from portal.lib.folding import MOST_MARKS, flaw_of
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


class EndlessMarks(BadRequest):
    """A text with more marks on one letter than any language writes."""


class HealthMiddleware:
    """Answers the health pages whatever host was asked for. Nothing else passes by
    ALLOWED_HOSTS: what comes after asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = HEALTH.get(request.path_info)
        return page(request) if page else self.get_response(request)


class ReadableTextMiddleware:
    """Answers 400 to text that no page of ours sends and PostgreSQL cannot keep, or that would take
    the square of its length to fold.

    That is a NUL character anywhere, and any character set but UTF-8: others can smuggle in halves
    of surrogate pairs, or are no character sets at all. What we fold is measured where it is folded
    (portal/lib/folding.py); endless runs of marks are refused here because libraries fold too, an
    address's host for one. Stands after the CSRF check, which must
    come before a form is read, and before the session's cookie is looked up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_params is None:
            raise BadRequest("The header Content-Type cannot be read")
        charset = request.content_params.get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest("The request is not in UTF-8")
        refuse_unreadable([request.path, *request.COOKIES.values(), *texts_of(request.GET)])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Look at the form, if one was sent."""
        refuse_unreadable(texts_of(request.POST))


def texts_of(fields: QueryDict) -> Iterable[str]:
    """The names and values of a form or a query."""
    return chain(fields, chain.from_iterable(values for _, values in fields.lists()))


def refuse_unreadable(texts: Iterable[str]) -> None:
    """Raise BadRequest for a NUL character, EndlessMarks for more than MOST_MARKS on a letter."""
    for text in texts:
        if "\0" in text:
            raise BadRequest("The request holds a NUL character")
        if flaw_of(text) is not None:
            raise EndlessMarks(f"The request holds more than {MOST_MARKS} marks on a letter")
