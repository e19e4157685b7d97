"""The addresses of the signed interface: one view for all, by what each declares."""

from __future__ import annotations

from typing import cast

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.keys.authentication import Caller
from portal.lib.refused import Refused
from tracing.api import answers, once
from tracing.api.authentication import SignedAuthentication
from tracing.api.catalogue import INTERFACES
from tracing.api.envelope import asked
from tracing.api.interfaces import Ask, Interface

PREFIX = "api/v1/"
# DRF wants an attribute of the class for what `as_view` is given.
NONE: Interface = next(iter(INTERFACES.values()))


class InterfaceView(APIView):
    """Answers calls of one interface."""

    authentication_classes = (SignedAuthentication,)
    permission_classes = ()
    parser_classes = ()
    renderer_classes = (answers.AnswerRenderer,)
    interface: Interface = NONE

    def post(self, request: Request) -> Response:
        """Do what is asked."""
        caller = cast(Caller, request.auth)
        caller.require(self.interface.scope_of(caller), self.interface.title)
        text: str = request.param  # type: ignore[attr-defined]
        idempotency = request.headers.get("Idempotency-Key", "")
        return once.respond(self.interface, Ask(caller, asked(text), text, idempotency))

    def handle_exception(self, exc: Exception) -> Response:
        """Say a refusal in the answer's shape."""
        if isinstance(exc, Refused):
            return answers.refused(exc)
        return super().handle_exception(exc)


def addresses() -> list[URLPattern]:
    """The URL patterns of all interfaces."""
    return [
        path(f"{PREFIX}{one.address}", InterfaceView.as_view(interface=one), name=one.name)
        for one in INTERFACES.values()
    ]
