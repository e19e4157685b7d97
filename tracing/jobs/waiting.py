"""Work that nobody holds: not taken up yet or cut off, with busy workers or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from tracing.jobs.models import Leased

# A free worker takes work up at once; only after this long is it worth asking for one.
PATIENCE = timedelta(seconds=5)
# After this long it is said also where workers are merely busy.
LONG = timedelta(minutes=1)


class Waiting(NamedTuple):
    """Since when it waits, whether workers are missing rather than busy, and how often it was
    begun and cut off."""

    since: datetime
    no_worker: bool
    attempts: int


def waiting(work: Leased, worker: Callable[[], bool]) -> Waiting | None:
    """What to say of work that no runner holds for longer than a free worker would need.

    `worker` says whether one answers; it is asked only then. None where there is nothing to say.
    """
    now = timezone.now()
    held = work.lease_until is not None and work.lease_until > now
    waited = now - work.queued_at
    if held or waited < PATIENCE:
        return None
    found = Waiting(work.queued_at, no_worker=not worker(), attempts=work.attempts)
    return found if found.no_worker or waited > LONG else None


def kind_of(found: Waiting | None) -> str:
    """What changes on the page when it changes."""
    if found is None:
        return ""
    return f"{'no-worker' if found.no_worker else 'busy'}-{found.attempts}"
