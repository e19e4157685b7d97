"""Authentication of DRF: the envelope is read, and its key let in."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.core.limits import TooSoon
from accounts.core.models import Account
from accounts.core.origin import Origin, origin_of
from accounts.keys import authentication as keys
from accounts.keys.authentication import Caller
from portal.lib.refused import Refused
from tracing.api import notes
from tracing.api.envelope import Envelope, guide_envelope, header_envelope, is_by_headers
from tracing.api.rates import count_failure
from tracing.uploads.workbook.limits import MEBIBYTE, sizes

# 5,000 rows of the widest record, each column filled, are about half of it.
LARGEST_BODY = 8 * MEBIBYTE
# A larger one is taken in and thrown away, by pieces, before it is refused, as far as this; what is
# said to be larger still is refused at once.
POURED, PIECE = 64 * MEBIBYTE, 1 << 16
log = logging.getLogger(__name__)


def body_of(request: HttpRequest) -> bytes:
    """The bytes of a message. Raises Refused for too many and for fewer than were promised."""
    said = request.META.get("CONTENT_LENGTH") or ""
    promised = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else 0
    stream = request if promised or not is_in_chunks(request) else request.META["wsgi.input"]
    body = b"" if promised > LARGEST_BODY else _read(stream, LARGEST_BODY + 1)
    if max(promised, len(body)) > LARGEST_BODY:
        if promised <= POURED:
            _pour_away(stream)
        raise Refused("body_too_large", **sizes(max(promised, len(body)), LARGEST_BODY))
    if len(body) < promised:
        raise Refused("body_incomplete")
    return body


def is_in_chunks(request: HttpRequest) -> bool:
    """Whether a body comes without its length; Django takes it for none, the web server ends it."""
    return bool(request.META.get("wsgi.input_terminated"))


def _read(stream: Any, size: int) -> bytes:
    """As many bytes, or all there are. Raises Refused where the rest does not come."""
    try:
        content: bytes = stream.read(size)
    except Exception as error:
        # A connection that was cut, or chunks that are none: the errors are the web server's own.
        log.info("The body of a call did not come: %r", error)
        raise Refused("body_incomplete") from None
    return content


def _pour_away(stream: Any) -> None:
    """Take what is not read: whoever is still sending would see a broken connection, no answer."""
    left = POURED
    while left > 0 and (content := _read(stream, PIECE)):
        left -= len(content)


class SignedAuthentication(BaseAuthentication):
    """Lets in whoever proves to have a key's SKey; `request.auth` is the `Caller`."""

    def authenticate(self, request: Request) -> tuple[Account, Caller]:
        """Raises Refused."""
        origin = origin_of(request._request)
        envelope = envelope_of(request._request)
        try:
            caller = proven(envelope, origin, request._request)
        except Refused as error:
            try:
                count_failure(error, origin.address)
            except TooSoon:
                # Whoever merely names an AKey makes the database write no more than so often.
                notes.forget(request._request)
                raise
            raise
        request.param = envelope.param  # type: ignore[attr-defined]  # what was signed
        return caller.agent.account, caller


def envelope_of(request: HttpRequest) -> Envelope:
    """What a call says of itself, by either scheme. Raises Refused."""
    body = body_of(request)
    if is_by_headers(request.headers):
        return header_envelope(request.headers, request.method or "", sent_path(request), body)
    return guide_envelope(body)


def sent_path(request: HttpRequest) -> str:
    """The address with its query as it was sent, which is what was signed: Django knows it decoded
    and writes it otherwise again. The web server keeps it, each byte of it as a character."""
    sent: str = request.META.get("RAW_URI", "")
    if not sent.startswith("/"):
        return request.get_full_path()
    return sent.encode("latin-1").decode(errors="replace")


def proven(envelope: Envelope, origin: Origin, request: HttpRequest) -> Caller:
    """Who calls. Raises Refused for whoever does not prove it, or may do nothing now. Once its key
    is known the call is noted with it."""
    key = keys.key_of(envelope.ak)
    known = notes.key_found(request, key, envelope)
    keys.check_time(envelope.timestamp)
    expected = envelope.expected(key.sk)
    keys.check_signature(envelope.sign, expected, by_headers=envelope.by_headers)
    keys.check_first_use(key, envelope.once)
    known.signed = True
    return keys.caller(key, origin)
