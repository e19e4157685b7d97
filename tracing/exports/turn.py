"""Exports as they wait for a worker, and what a worker does in its turn."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, Value, When

from tracing.exports.build import CLAIMED, WAITING, run
from tracing.exports.models import Export
from tracing.jobs.turns import Line, take_turn

# Written within a second or two.
SMALL_CODES = 5_000


def _rows() -> models.QuerySet[Export]:
    """Those that wait or run. One asked for before its codes were counted passes for small."""
    large = Case(When(codes__gt=SMALL_CODES, then=Value(True)), default=Value(False))
    return Export.everything.filter(state__in=WAITING).annotate(large=large)


EXPORTS = Line[Export](
    "exports",
    _rows,
    hands=lambda: settings.PORTAL_EXPORT_WORKERS,
    claimed=lambda export: CLAIMED,
)


def build_in_turn() -> None:
    """Make the file of the export whose turn it is, if any."""
    turn = take_turn(EXPORTS)
    if turn is not None:
        export, token = turn
        run(export.pk, token)
