"""How one cell of a good row is spoiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracing.records.terms import Cell

Row = Mapping[str, Cell]
Spoil = Callable[[Row, Row], Cell]


@dataclass(frozen=True)
class Spoiler:
    """A fault that can be planted in `column`.

    `spoil` makes the bad cell from the good row and from a good row above it. A spoiler that
    `needs_earlier` cannot be used where there is none, or none that has the same cells in the
    columns `alike`; one with `only`, a column and its cell, only in rows that say so.
    """

    column: str
    code: str
    spoil: Spoil
    needs_earlier: bool = False
    alike: tuple[str, ...] = ()
    only: tuple[str, Cell] | None = None

    def fits(self, row: Row) -> bool:
        """Whether the row is of the kind that can be spoiled so."""
        return self.only is None or row[self.only[0]] == self.only[1]

    def follows(self, row: Row, earlier: Row) -> bool:
        """Whether an earlier row is one that the spoiler can copy from."""
        return all(row[name] == earlier[name] for name in self.alike)


def text_of(row: Row, column: str) -> str:
    """A cell as text."""
    return str(row[column])


def become(cell: Cell) -> Spoil:
    """Any cell becomes this one."""
    return lambda row, earlier: cell


def copied(column: str) -> Spoil:
    """The cell of the row above."""
    return lambda row, earlier: earlier[column]


def changed(column: str, change: Callable[[str], Cell]) -> Spoil:
    """The row's own text, changed."""
    return lambda row, earlier: change(text_of(row, column))


def as_number(column: str) -> Spoil:
    """What Excel makes of a code in a column that is not text."""
    return changed(column, float)


def half_chinese(column: str) -> Spoil:
    """A code whose end was typed with the wrong keys."""
    return changed(column, lambda text: text[:-2] + "某某")


def as_exponent(column: str) -> Spoil:
    """What a program makes of a code that went through a number, as text."""
    return changed(column, lambda text: f"{float(text):.14E}")


def with_decimals(column: str) -> Spoil:
    """A code in a column whose format shows two decimals."""
    return changed(column, lambda text: f"{text}.00")


def with_next(column: str, between: str) -> Spoil:
    """Two codes in one cell."""
    return changed(column, lambda text: f"{text}{between}{text[::-1]}")


def letter_for_digit(column: str) -> Spoil:
    """A code of digits that was copied by hand."""
    return changed(column, lambda text: f"{text[:-3]}O{text[-2:]}")


def wrong_last_digit(column: str) -> Spoil:
    """A number whose check digit is one too high."""
    return changed(column, lambda text: text[:-1] + str((int(text[-1]) + 1) % 10))


def cut(column: str) -> Spoil:
    """A text without its last character."""
    return changed(column, lambda text: text[:-1])
