"""Warnings and normalised cells of a submission: kept per round, so that a round which is checked
again is counted once, and one that is cancelled not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tracing.stores.row_faults import RowFault
from tracing.uploads.models import Round, Submission

# What each round says anew of the rows it carries: only what the newest says holds.
NEWS = "mended_row_fails_again"
OF_THE_NEWEST = (NEWS, "correction_not_applied")
# What is asked once more before rows are stored: a batch may go, or come, while they wait.
ASKED_AGAIN = "batch_unknown"


def note(file: Round, warned: Iterable[RowFault]) -> None:
    """Add warnings to those of a round that is saved later, the first of each kind in full. They
    are looked at once, in passing.
    """
    counts = Counter(file.warnings)
    first: dict[str, RowFault] = {}
    for fault in warned:
        counts[fault.code] += 1
        if fault.code not in first or fault < first[fault.code]:
            first[fault.code] = fault
    known = {code for _, _, code, _ in file.first_warnings}
    shown = [[w.row, w.column, w.code, list(w.detail)] for w in sorted(first.values())]
    file.warnings = dict(counts)
    file.first_warnings = [*file.first_warnings, *(w for w in shown if w[2] not in known)]


def say_anew(submission: Submission, found: Iterable[RowFault]) -> None:
    """Put what is found now of the rows that wait in the place of what their checks remarked."""
    files = list(
        submission.files.filter(
            number__gt=submission.stored_rounds,
            number__lte=submission.rounds,
            refusal_code__isnull=True,
            dropped_at__isnull=True,
        ).order_by("number")
    )
    for file in files:
        file.warnings.pop(ASKED_AGAIN, None)
        file.first_warnings = [w for w in file.first_warnings if w[2] != ASKED_AGAIN]
    for file in files[-1:]:
        note(file, found)
    for file in files:
        file.save(update_fields=["warnings", "first_warnings"])


def summed(submission: Submission, *, rounds: int) -> dict[str, Any]:
    """The fields of the submission that the first `rounds` rounds give."""
    files = submission.files.filter(
        number__lte=rounds, refusal_code__isnull=True, dropped_at__isnull=True
    )
    warnings: Counter[str] = Counter()
    first: dict[str, Any] = {}
    normalised = 0
    for file in files.order_by("number"):
        for code in OF_THE_NEWEST:
            warnings.pop(code, None)
            first.pop(code, None)
        warnings.update(file.warnings)
        for warning in file.first_warnings:
            first.setdefault(warning[2], warning)
        normalised += file.normalised
    return {
        "warnings": dict(warnings),
        "first_warnings": list(first.values()),
        "normalised": normalised,
    }
