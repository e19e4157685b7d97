"""Where the rows of a corrected error workbook belong: by what identifies a row, and by 原行号.

A row whose key is that of one failing row and of no other is that row, whatever its number says. A
key of none of them may have been mended: such a row is taken at its number, unless the row that
the number is of is there too. No row is taken for one that it is not surely.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from tracing.records.terms import Fault
from tracing.uploads.workbook.layout import ORIGINAL_COLUMN


class CorrectedRows:
    """The place of each row of a workbook, all of them different.

    `given` is what stands as 原行号, `known` the numbers that error workbooks of the submission
    have had, and `owners` are for each row the failing rows that have its key. `holders` says which
    row, by its index, stands at a number; `strays` are the rows whose number is wrong. Those of
    them that are identified stand where they belong, the others nowhere.
    """

    def __init__(
        self, given: Sequence[int | str], known: Set[int], owners: Sequence[tuple[int, ...]]
    ) -> None:
        self.given, self.known = given, known
        self.holders = self._identified(owners)
        for index, number in enumerate(given):
            may_be = number in owners[index] if owners[index] else number in known
            if may_be and isinstance(number, int):
                self.holders.setdefault(number, index)
        self.strays = {
            index
            for index, number in enumerate(given)
            if not isinstance(number, int) or self.holders.get(number) != index
        }

    def _identified(self, owners: Sequence[tuple[int, ...]]) -> dict[int, int]:
        """The rows that are surely a failing row. Of copies it is the one with the number."""
        holders: dict[int, int] = {}
        for index, failing in enumerate(owners):
            if len(failing) == 1:
                (owner,) = failing
                first = holders.setdefault(owner, index)
                if self.given[first] != owner == self.given[index]:
                    holders[owner] = index
        return holders

    def faults(self, rows: Sequence[int]) -> list[Fault]:
        """A fault for each stray; `rows` are the row numbers of the workbook's sheet."""
        return [
            Fault(index, ORIGINAL_COLUMN, *self._wrong_with(index, rows))
            for index in sorted(self.strays)
        ]

    def _wrong_with(self, index: int, rows: Sequence[int]) -> tuple[str, tuple[str, ...]]:
        number = self.given[index]
        if not isinstance(number, int) or number not in self.known:
            return "original_row_unknown", (str(number),)
        holder = self.holders.get(number)
        if holder is not None and self.given[holder] == number:
            return "original_row_repeated", (str(number), str(rows[holder]))
        return "original_row_of_another", (str(number),)
