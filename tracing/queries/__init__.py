"""The readers of lists and traces. Every list is one unit's; `trace` asks who looks."""

from tracing.queries.batches import batch, batches
from tracing.queries.codes import codes, find_codes, trace
from tracing.queries.paging import SIZES, Page
from tracing.queries.rows import CODE_LISTS, CodeRow, heads_of

__all__ = [
    "CODE_LISTS",
    "SIZES",
    "CodeRow",
    "Page",
    "batch",
    "batches",
    "codes",
    "find_codes",
    "heads_of",
    "trace",
]
