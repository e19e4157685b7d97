"""Parts of a row that are not always the same column: whose row it is, and its document.

A record of the trade has rows of two directions; which column says something then depends on the
choice that tells the direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from portal.lib.clock import SHANGHAI
from tracing.records.terms import Table


class When(NamedTuple):
    """A condition on a row: the choice `column` has the code `value`."""

    column: str
    value: str


@dataclass(frozen=True)
class Picked:
    """A column that a row picks by its direction.

    `columns` are (code, column) pairs for the codes of the choice `by`. A record whose rows all
    have one direction has no `by`, and one pair with an empty code.
    """

    columns: tuple[tuple[str, str], ...]
    by: str = ""

    @classmethod
    def always(cls, column: str) -> Picked:
        """The same column in every row."""
        return cls((("", column),))

    def directions(self, table: Table) -> Sequence[str | None]:
        """The direction of every row: a code of `by`, empty where there is one only."""
        return table[self.by] if self.by else [""] * len(table[self.columns[0][1]])


@dataclass(frozen=True)
class DocumentNumber:
    """The paper that tells of an event, which tells it from other events of the same code.

    `number` is the column of its number. A document without a number is known by the local day
    of `time`, the moment of the event.
    """

    number: Picked
    time: str

    def of_rows(self, table: Table) -> list[str | None]:
        """The document of every row; None where a refused cell or direction leaves it open."""
        directions, times = self.number.directions(table), table[self.time]
        documents: list[str | None] = [None] * len(directions)
        for code, column in self.number.columns:
            refused = table.refused[column]
            for row, number in enumerate(table[column]):
                if directions[row] != code or row in refused:
                    continue
                if number is None and times[row] is not None:
                    number = times[row].astimezone(SHANGHAI).date().isoformat()
                documents[row] = number
        return documents
