"""Work that nobody has taken up: busy workers, or none."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tracing.models import Export, Submission

# A free worker takes work up at once; only after this long is it worth asking for one.
PATIENCE = timedelta(seconds=5)


def waits(work: Submission | Export) -> bool:
    """Whether no runner holds it and it has been queued for longer than a free worker needs."""
    now = timezone.now()
    held = work.lease_until is not None and work.lease_until > now
    return not held and work.queued_at < now - PATIENCE
