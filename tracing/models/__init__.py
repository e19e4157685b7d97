"""Where rows are kept."""

from tracing.exports.models import Export
from tracing.jobs.models import ExportState, SubmissionState
from tracing.records.event_kinds import NODE_NOTES, EventKind, Node
from tracing.stores.models import DrugBatch, RowHistory
from tracing.stores.models_codes import CodeBucket, Pack, TraceCode, UnitCode
from tracing.stores.models_counts import BatchCount, DayCount
from tracing.stores.models_events import TraceEvent
from tracing.uploads.models import RejectedRow, Round, Submission
from tracing.uploads.models_staging import STAGED, staging_table

__all__ = [
    "NODE_NOTES",
    "STAGED",
    "BatchCount",
    "CodeBucket",
    "DayCount",
    "DrugBatch",
    "EventKind",
    "Export",
    "ExportState",
    "Node",
    "Pack",
    "RejectedRow",
    "Round",
    "RowHistory",
    "Submission",
    "SubmissionState",
    "TraceCode",
    "TraceEvent",
    "UnitCode",
    "staging_table",
]
