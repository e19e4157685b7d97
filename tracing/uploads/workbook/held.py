"""A sheet whose rows were read into memory, by a reader of ours that nothing else reads beside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from tracing.uploads.workbook.headings import LOOKED_AT
from tracing.uploads.workbook.scanned import Scanned

Row = list[Any]
NOTHING: Row = []


class HeldRows:
    """The rows of one sheet, as `book.SheetRows` has them. Errors stand in the rows themselves.

    A row ends with its last cell that holds something.
    """

    first_column = 0

    def __init__(self, found: Scanned, rows: list[Row]) -> None:
        self.name = found.sheet
        self.errors: dict[tuple[int, int], str] = {}
        self.merged = found.merged
        self.hidden = found.hidden
        self._rows = rows
        self._width = max(map(len, rows), default=0)

    def after(self, row: int) -> Iterator[Row]:
        """The rows below a row, all as long as the longest; the first is row + 1."""
        width = self._width
        for cells in self._rows[row + 1 :]:
            yield cells if len(cells) == width else [*cells, *[""] * (width - len(cells))]

    @cached_property
    def head(self) -> list[tuple[int, Row]]:
        """The first rows with content, each with its row."""
        filled = [(row, cells) for row, cells in enumerate(self._rows) if cells]
        return filled[:LOOKED_AT]

    def uneven(self, row: int) -> dict[int, tuple[int, int]]:
        """The rows below the row of headings that reach farther than it; none in a workbook, whose
        cells have columns."""
        return {}
