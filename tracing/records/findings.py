"""What a check found, kept small: a file in which every cell is wrong has millions of findings.

Findings about cells are kept by column, as the bytes that are stored in the end: those of equal
cells once, and for each row a number. Objects are made of them only for whoever looks at one.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import compress

from tracing.records.fault_kind import Severity
from tracing.records.reading import Doubted, Reading, in_json
from tracing.records.terms import Context, Fault

BLOCK = 1_000


class RowSet:
    """Rows of a table, which count from 0: one byte for each row that there is."""

    __slots__ = ("_mask",)

    def __init__(self, length: int, rows: Iterable[int] = ()) -> None:
        self._mask = bytearray(length)
        for row in rows:
            self._mask[row] = 1

    def add(self, row: int) -> None:
        """Take a row in."""
        self._mask[row] = 1

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and bool(self._mask[row])

    def __iter__(self) -> Iterator[int]:
        return compress(range(len(self._mask)), self._mask)

    def __len__(self) -> int:
        return self._mask.count(1)


class Findings:
    """The findings of a table of `length` rows. `failing` are the rows with a fault."""

    def __init__(self, context: Context, length: int) -> None:
        self.failing = RowSet(length)
        self._context = context
        self._length = length
        self._cells: dict[Severity, list[Doubted]] = {Severity.ERROR: [], Severity.WARN: []}
        self._rows: dict[Severity, list[Fault]] = {Severity.ERROR: [], Severity.WARN: []}

    def add_column(self, reading: Reading) -> None:
        """Take in what reading a column found."""
        for level, doubted in reading.found.items():
            self._cells[level].append(doubted)
            if level is Severity.ERROR:
                for row in doubted.rows:
                    self.failing.add(row)

    def add(self, faults: Iterable[Fault]) -> None:
        """Take in findings about whole rows; those whose level is off are forgotten."""
        for fault in faults:
            level = self._context.level(fault.code)
            if level is Severity.OFF:
                continue
            self._rows[level].append(fault)
            if level is Severity.ERROR:
                self.failing.add(fault.row)

    def by_row(self, level: Severity) -> Iterator[tuple[int, str]]:
        """Each row that has findings of a level, in ascending order, with these findings: a JSON
        array of column, code and details for each.
        """
        later = sorted(self._rows[level], key=lambda fault: fault.row)
        at = 0
        for start in range(0, self._length, BLOCK):
            found = self._of_cells(level, start)
            while at < len(later) and later[at].row < start + BLOCK:
                found[later[at].row].append(in_json(*later[at][1:]))
                at += 1
            for row in sorted(found):
                yield row, f"[{','.join(found[row])}]"

    def _of_cells(self, level: Severity, start: int) -> dict[int, list[str]]:
        """The findings about cells in one block of rows."""
        found: dict[int, list[str]] = defaultdict(list)
        for rows, numbers, texts in self._cells[level]:
            for at in range(bisect_left(rows, start), bisect_left(rows, start + BLOCK)):
                found[rows[at]].append(texts[numbers[at]])
        return found

    def each(self, level: Severity) -> Iterator[Fault]:
        """All findings of a level, in the order of the rows."""
        for row, found in self.by_row(level):
            for column, code, detail in json.loads(found):
                yield Fault(row, column, code, tuple(detail))
