"""Warnings and normalised cells of a submission: kept per round, so that a round which is checked
again is counted once, and one that is cancelled not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from typing import Any

from tracing.ingest.stores import RowFault
from tracing.models import Round, Submission

FIRST_WARNINGS = 20
# What each round says anew of the rows it carries: only what the newest says holds.
OF_THE_NEWEST = "correction_not_applied"


def note(file: Round, warned: Iterable[RowFault]) -> None:
    """Add warnings to those of a round that is saved later. They are looked at once, in passing."""
    counts = Counter(file.warnings)

    def counted() -> Iterator[RowFault]:
        for fault in warned:
            counts[fault.code] += 1
            yield fault

    first = nsmallest(FIRST_WARNINGS, counted())
    file.warnings = dict(counts)
    shown = [[w.row, w.column, w.code, list(w.detail)] for w in first]
    file.first_warnings = [*file.first_warnings, *shown][:FIRST_WARNINGS]


def summed(submission: Submission, *, rounds: int) -> dict[str, Any]:
    """The fields of the submission that the first `rounds` rounds give."""
    files = submission.files.filter(
        number__lte=rounds, refusal_code__isnull=True, dropped_at__isnull=True
    )
    warnings: Counter[str] = Counter()
    first: list[Any] = []
    normalised = 0
    for file in files.order_by("number"):
        warnings.pop(OF_THE_NEWEST, None)
        first = [warning for warning in first if warning[2] != OF_THE_NEWEST]
        warnings.update(file.warnings)
        first += file.first_warnings
        normalised += file.normalised
    return {
        "warnings": dict(warnings),
        "first_warnings": first[:FIRST_WARNINGS],
        "normalised": normalised,
    }
