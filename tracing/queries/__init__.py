"""The readers of lists and traces. Every list is one unit's; `trace` asks who looks."""

from tracing.queries.batches import batch, batches
from tracing.queries.codes import CODE_LIST, CodeRow, codes, find_code, trace
from tracing.queries.paging import SIZES, Page

__all__ = [
    "CODE_LIST",
    "SIZES",
    "CodeRow",
    "Page",
    "batch",
    "batches",
    "codes",
    "find_code",
    "trace",
]
