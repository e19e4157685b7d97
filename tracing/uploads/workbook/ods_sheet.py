"""A sheet of an OpenDocument spreadsheet while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.lib.refused import Refused
from tracing.uploads.workbook.held import NOTHING, HeldRows, Row
from tracing.uploads.workbook.scanned import Scanned


@dataclass
class OdsSheet:
    """A sheet while it is read. `refused`: why it cannot be."""

    found: Scanned
    visible: bool
    rows: list[Row] = field(default_factory=list)
    filled: int = 0
    refused: Refused | None = None

    @property
    def name(self) -> str:
        return self.found.sheet

    def held(self) -> HeldRows:
        """Its rows. Raises `Refused`."""
        if self.refused is not None:
            raise self.refused
        return HeldRows(self.found, self.rows)

    def add(self, row: int, cells: Row, times: int, *, hidden: bool) -> None:
        """Take a row with content that stands so many times from `row` on. Raises `Refused`."""
        self.filled += times
        self.found.reach(row + times - 1, len(cells) - 1)
        self.found.judge_count(self.filled)
        self.found.judge()
        self.rows.extend([NOTHING] * (row - len(self.rows)))
        self.rows.extend([cells] * times)
        if hidden:
            self.found.hidden.update(range(row, row + times))
