"""Authentication of DRF: the envelope is read, and its key let in."""

from __future__ import annotations

from django.http import HttpRequest, UnreadablePostError
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.core.models import Account
from accounts.core.origin import Origin, origin_of
from accounts.keys import authentication as keys
from accounts.keys.authentication import Caller
from portal.lib.refused import Refused
from tracing.api import notes
from tracing.api.envelope import Envelope, guide_envelope, header_envelope, is_by_headers
from tracing.api.rates import count_failure
from tracing.uploads.workbook.read import MEBIBYTE, sizes

# 5,000 rows of the widest record, each column filled, are about half of it.
LARGEST_BODY = 8 * MEBIBYTE


def body_of(request: HttpRequest) -> bytes:
    """The bytes of a message. Raises Refused for too many, of which no more are read than are
    taken, and for fewer than were promised."""
    said = request.META.get("CONTENT_LENGTH") or ""
    promised = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    if promised > LARGEST_BODY:
        raise Refused("body_too_large", **sizes(promised, LARGEST_BODY))
    try:
        body: bytes = request.read(LARGEST_BODY + 1)
    except UnreadablePostError:
        raise Refused("body_incomplete") from None
    if len(body) > LARGEST_BODY:
        raise Refused("body_too_large", **sizes(len(body), LARGEST_BODY))
    if len(body) < promised:
        raise Refused("body_incomplete")
    return body


class SignedAuthentication(BaseAuthentication):
    """Lets in whoever proves to have a key's SKey; `request.auth` is the `Caller`."""

    def authenticate(self, request: Request) -> tuple[Account, Caller]:
        """Raises Refused."""
        origin = origin_of(request._request)
        envelope = envelope_of(request._request)
        try:
            caller = proven(envelope, origin, request._request)
        except Refused as error:
            count_failure(error, origin.address)
            raise
        request.param = envelope.param  # type: ignore[attr-defined]  # what was signed
        return caller.agent.account, caller


def envelope_of(request: HttpRequest) -> Envelope:
    """What a call says of itself, by either scheme. Raises Refused."""
    body = body_of(request)
    if is_by_headers(request.headers):
        return header_envelope(request.headers, request.method or "", request.get_full_path(), body)
    return guide_envelope(body)


def proven(envelope: Envelope, origin: Origin, request: HttpRequest) -> Caller:
    """Who calls. Raises Refused for whoever does not prove it, or may do nothing now. Once its key
    is known the call is noted with it."""
    key = keys.key_of(envelope.ak)
    known = notes.key_found(request, key, envelope)
    keys.check_time(envelope.timestamp)
    keys.check_signature(envelope.sign, envelope.expected(key.sk))
    keys.check_first_use(key, envelope.once)
    known.signed = True
    return keys.caller(key, origin)
