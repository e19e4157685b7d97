"""A request id: in every log line of the request, in the operation log, and in the answer."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.lib.request_id import current_request_id

HEADER = "X-Request-ID"
# An id that a proxy sent is kept only in this form: it is written into logs.
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response[HEADER] = request_id
        return response
