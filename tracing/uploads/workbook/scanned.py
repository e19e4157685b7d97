"""What a scan finds in a sheet before anyone reads it: its true extent, and cells without value.

Rows and columns count from 0 here; people see "B2".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from portal.lib.refused import Refused
from tracing.uploads.workbook.package import printable

SPARE_ROWS = 1_000  # rows that notes, headings and gaps may take beside the limit
USUAL_COLUMNS = 52  # A to AZ
FARTHEST_DAY = 10**8  # from the epoch; the reader fails somewhere beyond, and no calendar is there


def letters(column: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def reference(row: int, column: int) -> str:
    """A cell as people name it."""
    return f"{letters(column)}{row + 1}"


class Area(NamedTuple):
    """Cells from a corner to the opposite one, which belongs to them."""

    top: int
    left: int
    bottom: int
    right: int


class SheetName(NamedTuple):
    """A sheet with cells."""

    name: str
    visible: bool


@dataclass
class Scanned:
    """One sheet's extent, its cells that hold an error instead of a value, and its hidden rows."""

    sheet: str
    max_rows: int
    rows: set[int] = field(default_factory=set)
    low: tuple[int, int] = (-1, -1)  # the lowest cell with content
    wide: tuple[int, int] = (-1, -1)  # the rightmost one
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)

    @property
    def row_ceiling(self) -> int:
        """How many rows a sheet may reach down, blank ones included."""
        return self.max_rows + SPARE_ROWS

    def add(self, row: int, column: int) -> None:
        """Note a cell with content."""
        self.rows.add(row)
        self.reach(row, column)

    def reach(self, row: int, column: int) -> None:
        """Note how far a cell with content reaches, where rows are counted elsewhere."""
        if row > self.low[0]:
            self.low = (row, column)
        if column > self.wide[1]:
            self.wide = (row, column)

    def repeated(self, row: int, column: int) -> Refused:
        """The refusal of a cell with two contents: readers do not agree on which counts."""
        return Refused("cell_repeated", sheet=printable(self.sheet), cell=reference(row, column))

    def judge(self) -> None:
        """Refuse too many rows, and a cell so far off that reading would fill the memory."""
        self.judge_count(len(self.rows))
        if self.low[0] >= self.row_ceiling:
            raise self._far(self.low)
        area = (self.low[0] + 1) * (self.wide[1] + 1)
        if area > self.row_ceiling * USUAL_COLUMNS:
            raise self._far(self.wide)

    def judge_count(self, count: int) -> None:
        """Refuse this many rows with content, headings included, if they are too many."""
        if count > self.row_ceiling:
            rows, limit = str(count - 1), str(self.max_rows)
            raise Refused("too_many_rows", sheet=printable(self.sheet), rows=rows, limit=limit)

    def _far(self, cell: tuple[int, int]) -> Refused:
        row, column = cell
        return Refused(
            "far_cell",
            sheet=printable(self.sheet),
            cell=reference(row, column),
            row=str(row + 1),
            column=letters(column),
        )
