"""What calls are answered: one shape for what was done and for what was refused."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from portal.lib.refused import Refused
from portal.lib.request_id import current_request_id
from tracing.api.interfaces import OK, Answer


class AnswerRenderer(JSONRenderer):
    """JSON in UTF-8, Chinese as it is."""

    charset = "utf-8"
    ensure_ascii = False


def answered(answer: Answer) -> Response:
    """A good answer."""
    return Response(_message(OK, "成功", answer.data), status=answer.status)


def refused(error: Refused) -> Response:
    """Why a call was not done; `errors` are all the reasons."""
    reasons = [
        {"code": one.code, "message": one.message, "place": one.place} for one in error.refusals
    ]
    body = _message(error.code, error.first.message, None) | {"errors": reasons}
    return Response(body, status=error.first.ground.value)


def _message(code: str, message: str, data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "data": data,
        "request_id": current_request_id.get(),
        "timestamp": str(int(time.time())),
    }
