"""The addresses of the signed interface: one view for all, by what each declares."""

from __future__ import annotations

import time
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.core.limits import Left
from accounts.keys.authentication import Caller
from portal.lib.refused import Refused
from tracing.api import answers, notes, once, rates
from tracing.api.authentication import SignedAuthentication
from tracing.api.catalogue import INTERFACES
from tracing.api.documents.openapi import InterfaceSchema
from tracing.api.envelope import asked
from tracing.api.interfaces import DATA_NAME, Ask, Interface
from tracing.sandbox.provoking import HEADER, provoke
from tracing.sandbox.schemas import MOST_ROWS, entered

PREFIX = "api/v1/"
# DRF wants an attribute of the class for what `as_view` is given.
NONE: Interface = next(iter(INTERFACES.values()))


class AlwaysAnswers(BaseContentNegotiation):
    """Whatever a client says it takes, there is one shape of answers."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The one there is."""
        return renderers[0], renderers[0].media_type


class InterfaceView(APIView):
    """Answers calls of one interface."""

    authentication_classes = (SignedAuthentication,)
    permission_classes = ()
    parser_classes = ()
    renderer_classes = (answers.AnswerRenderer,)
    throttle_classes = (rates.KeyThrottle,)
    content_negotiation_class = AlwaysAnswers
    http_method_names = (answers.METHOD.lower(),)
    schema = InterfaceSchema()
    interface: Interface = NONE
    # What is left to the key of the limits that the call met.
    left: tuple[Left, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Note each call with its answer, also one that ends in a fault of ours."""
        started, response = time.monotonic(), None
        try:
            response = super().dispatch(request, *args, **kwargs)
        finally:
            notes.note_answer(request, self.interface.address, started, response)
        return response

    def post(self, request: Request) -> HttpResponse:
        """Do what is asked."""
        caller = cast(Caller, request.auth)
        caller.require(self.interface.businesses, self.interface.title)
        text: str = request.param  # type: ignore[attr-defined]
        param = asked(text)
        if rows := rows_of(param):
            notes.count_rows(request._request, rows)
            self.left += rates.count_rows(caller.key, rows)
        provoke(request.headers.get(HEADER, ""), caller.key)
        ask = Ask(caller, param, text, request.headers.get("Idempotency-Key", ""))
        return self._try(ask) if caller.key.sandbox else once.respond(self.interface, ask)

    def _try(self, ask: Ask) -> HttpResponse:
        """Do it in the unit's sandbox."""
        if (rows := rows_of(ask.param)) > MOST_ROWS:
            raise Refused("sandbox_too_large", limit=str(MOST_ROWS), rows=str(rows))
        with entered(ask.caller.unit):
            return once.respond(self.interface, ask)

    # The stubs know of DRF's own responses alone; DRF takes any of Django's.
    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Say a refusal in the answer's shape; anything else is said by the middleware."""
        if isinstance(exc, Refused):
            return answers.refused(exc)
        raise exc

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Add what is left of the limits."""
        rates.tell(response, self.left)
        return super().finalize_response(request, cast(Response, response), *args, **kwargs)


def rows_of(param: dict[str, Any]) -> int:
    """How many rows a call brings."""
    data = next((value for name, value in param.items() if name.lower() == DATA_NAME), None)
    return len(data) if isinstance(data, list) else 0


def addresses() -> list[URLPattern]:
    """The URL patterns of all interfaces."""
    return [
        path(f"{PREFIX}{one.address}", InterfaceView.as_view(interface=one), name=one.name)
        for one in INTERFACES.values()
    ]
