"""The exports of a unit."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.utils import timezone

from accounts.units.models import Unit
from tracing.exports.models import RUNNING, Export, ExportState
from tracing.traces.selections import Selection


def export_of(unit: Unit, export_id: uuid.UUID) -> Export | None:
    """The unit's export, or None, also for one of another unit."""
    return Export.objects.of(unit).select_related("unit").filter(pk=export_id).first()


def current_export(
    unit: Unit, business: str, selection: Selection, format: str = Export.Format.XLSX
) -> Export | None:
    """The export that 导出 enters again: one that runs, else the latest file still kept."""
    kept = Q(state=ExportState.READY, expires_at__gt=timezone.now())
    found = Export.objects.of(unit).filter(
        Q(state__in=RUNNING) | kept,
        business=business,
        by=selection.by,
        filter=selection.filter,
        format=format,
    )
    return found.order_by("-requested_at").first()
