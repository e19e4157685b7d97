"""What may be mended on the pages, and in which ways."""

from __future__ import annotations

from enum import StrEnum

from tracing.records.base import Record
from tracing.records.faults import FAULTS
from tracing.uploads.models import Submission


class How(StrEnum):
    """A way to mend rows. The value is kept in the log; `label` is what people read."""

    TYPED = "typed"
    FILLED = "filled"
    REPAIRED = "repaired"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _LABELS[self]


_LABELS = {How.TYPED: "逐行修改", How.FILLED: "统一填写", How.REPAIRED: "自动改正"}


def seen_of(submission: Submission) -> str:
    """How the failing rows of a submission stand; whatever changes them changes it."""
    return f"{submission.rounds}.{submission.stored_rounds}.{submission.rejected}"


def may_fill(record: Record, column: str, code: str) -> bool:
    """Whether many rows with a fault may have the same value in its column: not where it tells
    them apart, nor where they contradict each other, for most of them are right.
    """
    names = {each.name for each in record.columns}
    lies_between = code in FAULTS and FAULTS[code].between_rows
    return column in names and column not in record.key_columns and not lies_between
