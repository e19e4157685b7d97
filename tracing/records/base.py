"""What a record is: declared once, read by every part that touches its rows.

A `Record` has columns; a `Column` has a kind, which turns one cell into one value.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from tracing.records.cells import is_folded
from tracing.records.parts import DocumentNumber, Picked, When
from tracing.records.terms import Bad, Cell, Context, Fault, Table

Check = Callable[[Any, Context], Bad | None]
Rule = Callable[[Table, Context], Iterable[Fault]]


class ColumnKind(ABC):
    """A type of column: how a cell becomes a value, how long it may be, how it is shown.

    `length` counts characters and is None where it means nothing; numbers have `precision` and
    `scale` instead; `values` are the (code, word) pairs of a choice. `folds` says that cells are
    read after NFKC, so that `１２３` is 123. `checks` judge a parsed value and belong to the type
    (a check digit), those of a `Column` to the column (not in the future).
    """

    type: ClassVar[str]
    folds: ClassVar[bool] = True
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    values: tuple[tuple[str, str], ...] = ()
    checks: tuple[Check, ...] = ()

    @abstractmethod
    def parse(self, cell: Cell) -> Any:
        """The value of a cell, None when it is empty, `Bad` or `Doubtful`. Never raises."""

    def under(self, context: Context) -> Self:
        """The type as it reads cells in a world; most read them the same in every one."""
        return self

    def rewrites(self, text: str) -> bool:
        """Whether a cell reads differently from how it was typed; plain ASCII does not."""
        return self.folds and not text.isascii() and is_folded(text)

    def show(self, value: Any) -> str:
        """A parsed value as people read it; empty for None."""
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Column:
    """One column: `name` is the identifier everywhere, `label` the heading people see.

    `note` is its line in the 填写说明, `example` a cell that passes every check. A column that is
    not `required` in every row may be so in some, those of `required_when`.
    """

    name: str
    label: str
    kind: ColumnKind
    required: bool = False
    aliases: tuple[str, ...] = ()
    note: str = ""
    example: str = ""
    checks: tuple[Check, ...] = ()
    required_when: When | None = None

    @property
    def every_check(self) -> tuple[Check, ...]:
        """The checks of the type, then those of the column."""
        return (*self.kind.checks, *self.checks)


@dataclass(frozen=True)
class Record:
    """What a row is.

    `key` names the columns that identify it; "unit" stands for the owner, and "document" for the
    number that `document` finds. `own_unit` is the column of the unit that a row speaks for: only
    that unit may upload it.
    """

    code: str
    title: str
    family: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    own_unit: Picked | None = None
    document: DocumentNumber | None = None

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The parts of the key that are columns of their own."""
        return tuple(name for name in self.key if name not in ("unit", "document"))

    @property
    def identifying_columns(self) -> tuple[str, ...]:
        """The columns that identify a row of one unit: those of the key, then those by which its
        document is known.
        """
        if "document" not in self.key or self.document is None:
            return self.key_columns
        numbers = (column for _, column in self.document.number.columns)
        return tuple(dict.fromkeys((*self.key_columns, *numbers, self.document.time)))

    def column(self, name: str) -> Column:
        """The column with an identifier. Raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
