"""Calls that brought an Idempotency-Key: found again, kept, and forgotten after a day."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from tracing.api.interfaces import Answer
from tracing.api.models import RememberedCall
from tracing.jobs.models import free

KEPT = timedelta(hours=24)


def payload_of(address: str, text: str) -> str:
    """What tells a call from another under the same key: where it went and what it said."""
    return hashlib.sha256(f"{address}\n{text}".encode()).hexdigest()


def call_of(ak: str, idempotency: str, payload: str, **whose: Any) -> RememberedCall:
    """The call that a key's Idempotency-Key stands for, new where there was none within a day.

    A call that was refused left nothing: its place is taken by what comes next.
    """
    rows = RememberedCall.everything.filter(ak=ak, idempotency=idempotency)
    rows.filter(free(), at__lt=timezone.now() - KEPT).delete()
    call, _ = RememberedCall.everything.get_or_create(
        ak=ak, idempotency=idempotency, defaults={**whose, "payload": payload}
    )
    return call


def keep(call: uuid.UUID | None, answer: Answer) -> None:
    """Keep what a call is answered, in the transaction that does what it asks."""
    if call is not None:
        kept = {"data": answer.data, "status": answer.status}
        RememberedCall.everything.filter(pk=call).update(answer=kept)


def forget() -> int:
    """Forget what was answered a day ago; returns how many calls that were."""
    over = RememberedCall.everything.filter(free(), at__lt=timezone.now() - KEPT)
    return over.delete()[0]
