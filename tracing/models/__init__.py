"""Where rows are kept."""

from tracing.models.code import CodeBucket, Pack, TraceCode
from tracing.models.counts import BatchCount, DayCount
from tracing.models.event import NODE_NOTES, EventKind, Node, TraceEvent
from tracing.models.export import Export
from tracing.models.history import RowHistory
from tracing.models.product import DrugBatch
from tracing.models.staging import STAGED, staging_table
from tracing.models.states import ExportState, SubmissionState
from tracing.models.submission import RejectedRow, Round, Submission
from tracing.models.unit_code import UnitCode

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
