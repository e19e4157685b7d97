"""What the tests of the reader share: a record, its headings, good rows, and one way to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from portal.lib.refused import Refused
from tests.tracing.uploads.workbook.workbooks import xlsx
from tracing.records import RECORDS
from tracing.records.base import Record
from tracing.uploads.workbook.limits import PAGE_LIMITS, Limits
from tracing.uploads.workbook.read import Sheet, read

RECORD = RECORDS["domestic-drug-codes"]
TITLE = RECORD.title
HEADINGS: list[object] = [column.label for column in RECORD.columns]
NAMES = [column.name for column in RECORD.columns]


def good_row(serial: int = 1) -> list[object]:
    """A row of the record, all texts."""
    codes = [f"{prefix}{serial:013d}" for prefix in (8000000, 8000001, 8000002)]
    return ["SN001", *codes, "XA12AAD088A002010100483", "6999000000012", "2026-03-01 10:00:00"]


def good_rows(count: int = 3) -> list[list[object]]:
    return [good_row(serial) for serial in range(1, count + 1)]


def good_workbook(count: int = 3) -> bytes:
    return xlsx({TITLE: [HEADINGS, *good_rows(count)]})


class Reader:
    """Reads bytes as an upload of the record."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "upload"

    def __call__(self, data: bytes, limits: Limits = PAGE_LIMITS, record: Record = RECORD) -> Sheet:
        self.path.write_bytes(data)
        return read(self.path, record, limits)

    def rows(self, rows: Sequence[Sequence[object]], limits: Limits = PAGE_LIMITS) -> Sheet:
        """Read a workbook of one sheet with these rows."""
        return self(xlsx({TITLE: rows}), limits)

    def refusal(self, data: bytes, limits: Limits = PAGE_LIMITS) -> tuple[str, str]:
        """The code and the sentence of the refusal of a file."""
        with pytest.raises(Refused) as caught:
            self(data, limits)
        words = str(caught.value)
        assert "{" not in words
        return caught.value.code, words
