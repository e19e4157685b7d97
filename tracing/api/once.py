"""A call under an Idempotency-Key is done once, and answered every time with the same bytes.

The claim is that of any other work: whoever dies leaves it, and the next who asks takes it over.
What was refused changed nothing and is not kept.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from portal.lib.refused import Refused
from tracing.api.answers import answered, refused, said
from tracing.api.interfaces import Answer, Ask, Interface
from tracing.api.models import LONGEST_IDEMPOTENCY, RememberedCall
from tracing.api.remembered import call_of, payload_of
from tracing.jobs.models import claim, release
from tracing.jobs.running import kept_alive

SHORTEST = 8
PRINTABLE = re.compile(rf"[!-~]{{{SHORTEST},{LONGEST_IDEMPOTENCY}}}")


def respond(interface: Interface, ask: Ask) -> HttpResponse:
    """Answer a call, or say again what it was answered. Raises Refused."""
    if not interface.changes or not ask.idempotency:
        return answered(interface.answer(ask))
    if not PRINTABLE.fullmatch(ask.idempotency):
        raise Refused(
            "idempotency_unreadable", shortest=str(SHORTEST), longest=str(LONGEST_IDEMPOTENCY)
        )
    payload = payload_of(interface.address, ask.text)
    caller = ask.caller
    call = call_of(caller.key.ak, ask.idempotency, payload, unit=caller.unit, agent=caller.agent)
    rows = RememberedCall.everything.filter(pk=call.pk)
    token = claim(rows.filter(body=None), payload=payload) if _is_same(call, payload) else None
    if token is None:
        return _said_before(rows, payload)
    with kept_alive(lambda: RememberedCall.everything.filter(pk=call.pk), token):
        return _done(interface, ask._replace(call=call.pk), rows, token)


def _is_same(call: RememberedCall, payload: str) -> bool:
    """Whether a call may go on under its key: the same, or one after a refusal."""
    return call.payload in ("", payload)


def _said_before(rows: Any, payload: str) -> HttpResponse:
    """The answer that is kept, or why there is none to give."""
    call = rows.first()
    if call is None or call.payload == "":  # The one that ran was refused just now.
        return _running(1)
    if call.payload != payload:
        raise Refused("idempotency_conflict", key=call.idempotency)
    if call.body is not None:
        return said(bytes(call.body), call.status)
    left = (call.lease_until or timezone.now()) - timezone.now()
    return _running(max(1, round(left.total_seconds())))


def _running(seconds: int) -> HttpResponse:
    response = refused(Refused("idempotency_running", seconds=str(seconds)))
    response["Retry-After"] = str(seconds)
    return response


def _done(interface: Interface, ask: Ask, rows: Any, token: uuid.UUID) -> HttpResponse:
    """Do what is asked, unless a runner that died had done it, and keep the answer."""
    kept = rows.values_list("answer", flat=True).get()
    try:
        answer = Answer(**kept) if kept else interface.answer(ask)
    except Refused:
        release(rows, token, payload="", answer=None)
        raise
    response = answered(answer)
    release(rows, token, body=response.content, status=answer.status)
    return response
