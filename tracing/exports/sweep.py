"""What crashes, lost messages and time leave behind."""

from __future__ import annotations

import uuid

from django.utils import timezone

from tracing.exports.models import Export
from tracing.exports.turn import EXPORTS
from tracing.jobs.models import ExportState
from tracing.jobs.turns import waiting_rows


def abandoned() -> list[uuid.UUID]:
    """Exports that wait for a worker, and that no living runner holds."""
    return list(waiting_rows(EXPORTS).values_list("pk", flat=True))


def expire() -> int:
    """Delete the files whose time is over; returns how many.

    The file goes first: what is left of a crash is a row that the next sweep finds again.
    """
    rows = Export.everything.filter(state=ExportState.READY, expires_at__lte=timezone.now())
    count = 0
    for export in rows:
        export.path.unlink(missing_ok=True)
        count += rows.filter(pk=export.pk).update(state=ExportState.EXPIRED)
    return count
