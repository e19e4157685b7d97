"""What goes along when a business goes to another agent: unfinished uploads and exports."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from accounts.rights.unfinished import Item, Pile
from accounts.units.models import Unit
from tracing.exports.models import RUNNING, Export, ExportState
from tracing.records.bindings import BINDINGS
from tracing.traces.selections import By
from tracing.uploads.models import UNFINISHED, Submission, SubmissionState
from tracing.uploads.outcome import state_words
from tracing.uploads.queries import all_files

NEWEST = 5
UPLOADS, EXPORTS = "未完成的上传", "未完成的导出"


def uploads(unit: Unit, businesses: Collection[str]) -> Pile:
    """Uploads that are checked, wait for 确认 or are stored, or have rows that still fail."""
    to_mend = Q(state=SubmissionState.STORED, rejected__gt=0)
    return _uploads(unit, businesses, Q(state__in=UNFINISHED) | to_mend)


def running_uploads(unit: Unit, businesses: Collection[str]) -> Pile:
    """Uploads that are checked, wait for 确认 or are stored."""
    return _uploads(unit, businesses, Q(state__in=UNFINISHED))


def exports(unit: Unit, businesses: Collection[str]) -> Pile:
    """Exports that wait or are being made."""
    found = Export.objects.of(unit).filter(state__in=RUNNING, business__in=businesses)
    newest = found.order_by("-requested_at")[:NEWEST]
    return Pile(EXPORTS, found.count(), [_export(export) for export in newest])


def _uploads(unit: Unit, businesses: Collection[str], wanted: Q) -> Pile:
    records = [b.record.code for b in BINDINGS.values() if b.business in businesses]
    found = Submission.objects.of(unit).filter(
        wanted, record_code__in=records, merged_into__isnull=True
    )
    newest = found.prefetch_related("files").order_by("-received_at")[:NEWEST]
    return Pile(UPLOADS, found.count(), [_upload(submission) for submission in newest])


def _upload(submission: Submission) -> Item:
    file = all_files(submission)[-1]
    state = state_words(submission)
    if submission.state == SubmissionState.STORED:
        state = f"{state}，{submission.rejected} 条失败待改正"
    return Item(BINDINGS[submission.record_code].business, file.name, state)


def _export(export: Export) -> Item:
    name = f"{By(export.by).label}：{'，'.join(map(str, export.filter.values()))}"
    return Item(export.business, name, str(ExportState(export.state).label))
