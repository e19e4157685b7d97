"""Exports as they wait for a worker, what a worker does in its turn, and what is left behind."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Value, When
from django.utils import timezone

from tracing.exports.build import CLAIMED, run
from tracing.exports.models import RUNNING, Export, ExportState
from tracing.jobs.turns import Line, take_turn, waiting_rows

# Written within a second or two.
SMALL_CODES = 5_000


def _rows() -> models.QuerySet[Export]:
    """Those that wait or run. One asked for before its codes were counted passes for small."""
    large = Case(When(codes__gt=SMALL_CODES, then=Value(True)), default=Value(False))
    return Export.everything.filter(state__in=RUNNING).annotate(large=large)


EXPORTS = Line[Export](
    "exports",
    _rows,
    workers=lambda: settings.PORTAL_EXPORT_WORKERS,
    claimed=lambda export: CLAIMED,
)


def build_in_turn() -> None:
    """Make the file of the export whose turn it is, if any."""
    turn = take_turn(EXPORTS)
    if turn is not None:
        export, token = turn
        run(export.pk, token)


def abandoned() -> list[uuid.UUID]:
    """Exports that wait for a worker, and that no living runner holds: what crashes and lost
    messages leave behind.
    """
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
