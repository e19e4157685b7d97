"""What is known of a call while it is answered, to be noted with its key once it is."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.core.origin import client_address
from accounts.keys.actions_calls import Call, note
from accounts.keys.models import InterfaceKey
from accounts.keys.models_calls import TEXT_LENGTH
from portal.lib.request_id import current_request_id
from tracing.api.envelope import Envelope

# Where the code stands in an answer: it is the first member.
_CODE = re.compile(rb'^\s{0,8}\{\s{0,8}"code"\s{0,8}:\s{0,8}"([a-z0-9_]{1,64})"')
# Bytes of an answer that hold what is kept of it: none of its characters is longer than four.
BEGINNING = 8 * TEXT_LENGTH
# What a call is noted with that ended in a fault of ours, which is answered elsewhere.
FAULT, FAULT_STATUS = "failed", 500


@dataclass
class Known:
    """A call whose key is known. `signed`: its signature was right, and new."""

    key: InterfaceKey
    envelope: Envelope
    signed: bool = False
    rows: int | None = None


def key_found(request: HttpRequest, key: InterfaceKey, envelope: Envelope) -> Known:
    """Remember the key that a call names; from here on it is noted."""
    known = Known(key, envelope)
    request.known_call = known  # type: ignore[attr-defined]
    return known


def forget(request: HttpRequest) -> None:
    """Note nothing of a call."""
    request.known_call = None  # type: ignore[attr-defined]


def known_of(request: HttpRequest) -> Known | None:
    """What is known of a call; None where it names no key of ours, or
    nothing is noted of it."""
    return getattr(request, "known_call", None)


def count_rows(request: HttpRequest, rows: int) -> None:
    """Remember how many rows a call brings."""
    if known := known_of(request):
        known.rows = rows


def note_answer(
    request: HttpRequest, interface: str, started: float, response: HttpResponseBase | None
) -> None:
    """Note a call with its answer; None for a fault of ours. `started` is of the same clock as
    `time.monotonic`."""
    known = known_of(request)
    if known is None:
        return
    content = _beginning(response)
    code = _CODE.match(content)
    note(
        Call(
            key=known.key,
            signed=known.signed,
            at=timezone.now(),
            interface=interface,
            status=response.status_code if response else FAULT_STATUS,
            code=code[1].decode() if code else FAULT,
            address=client_address(request),
            request_id=current_request_id.get(),
            milliseconds=round((time.monotonic() - started) * 1000),
            param=known.envelope.param[:BEGINNING],
            answer=content.decode(errors="ignore"),
            rows=known.rows,
            secrets=(known.envelope.sign,),
        )
    )


def _beginning(response: HttpResponseBase | None) -> bytes:
    content: bytes = getattr(response, "content", b"")
    return content[:BEGINNING]
