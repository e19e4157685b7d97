"""Authentication of DRF: the envelope is read, and its key let in."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.keys import authentication as keys
from accounts.keys.authentication import Caller
from portal.lib.refused import Refused
from tracing.api import notes
from tracing.api.envelope import guide_envelope
from tracing.uploads.workbook.read import MEBIBYTE, sizes

# 5,000 rows of the widest record, each column filled, are about half of it.
LARGEST_BODY = 8 * MEBIBYTE


def body_of(request: Request) -> bytes:
    """The bytes of a message. Raises Refused for too many; no more are read than are taken."""
    body: bytes = request._request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        said = request.META.get("CONTENT_LENGTH") or ""
        size = int(said) if said.isascii() and said.isdigit() else len(body)
        raise Refused("body_too_large", **sizes(max(size, len(body)), LARGEST_BODY))
    return body


class SignedAuthentication(BaseAuthentication):
    """Lets in whoever proves to have a key's SKey; `request.auth` is the `Caller`."""

    def authenticate(self, request: Request) -> tuple[Account, Caller]:
        """Raises Refused."""
        envelope = guide_envelope(body_of(request))
        key = keys.key_of(envelope.ak)
        known = notes.key_found(request._request, key, envelope)
        keys.check_time(envelope.timestamp)
        keys.check_signature(envelope.sign, envelope.expected(key.sk))
        keys.check_first_use(key, envelope.once)
        known.signed = True
        caller = keys.caller(key, origin_of(request._request))
        request.param = envelope.param  # type: ignore[attr-defined]  # what was signed
        return caller.agent.account, caller

    def authenticate_header(self, request: Request) -> str:
        """What a 401 names."""
        return "Signature"
