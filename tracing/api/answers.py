"""What calls are answered: one shape for what was done and for what was refused."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer

from accounts.core.limits import TooSoon
from portal.lib.refused import Ground, Refused
from portal.lib.request_id import current_request_id
from tracing.api.interfaces import OK, Answer

# When to come again where nothing says it more exactly: what is started anew is there by then.
LATER = {Ground.BUSY: 30, Ground.TOO_OFTEN: 60}
# RFC 9110: a 401 names a way to prove who one is, and a 405 the methods there are.
SCHEME = "Signature"
METHOD = "POST"


class AnswerRenderer(JSONRenderer):
    """JSON in UTF-8, Chinese as it is."""

    charset = "utf-8"
    ensure_ascii = False


def answered(answer: Answer) -> HttpResponse:
    """A good answer."""
    return said(_rendered(_message(OK, "成功", answer.data)), answer.status)


def refused(error: Refused) -> HttpResponse:
    """Why a call was not done; `errors` are all the reasons."""
    reasons = [
        {"code": one.code, "message": one.message, "place": one.place} for one in error.refusals
    ]
    ground = error.first.ground
    body = _message(error.code, error.first.message, None) | {"errors": reasons}
    response = said(_rendered(body), ground.value)
    if ground is Ground.UNSIGNED:
        response["WWW-Authenticate"] = SCHEME
    elif ground is Ground.METHOD:
        response["Allow"] = METHOD
    if isinstance(error, TooSoon):
        response["Retry-After"] = str(error.seconds)
    elif ground in LATER:
        response["Retry-After"] = str(LATER[ground])
    return response


def _rendered(message: Mapping[str, Any]) -> bytes:
    rendered: bytes = AnswerRenderer().render(message)
    return rendered


def said(body: bytes, status: int) -> HttpResponse:
    """The answer of these bytes."""
    response = HttpResponse(
        body,
        status=status,
        content_type=f"{AnswerRenderer.media_type}; charset={AnswerRenderer.charset}",
    )
    response["Cache-Control"] = "no-store"
    # Django would log each as an error of ours or a warning; what fails inside is logged with it.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _message(code: str, message: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "data": data,
        "request_id": current_request_id.get(),
        "timestamp": str(int(time.time())),
    }
