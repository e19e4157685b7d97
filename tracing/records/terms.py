"""The words the checks speak in: cells that come in, findings that go out, the world around."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Protocol

from tracing.records.fault_kind import Severity
from tracing.records.faults import FAULTS


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that holds no value: an Excel error such as #N/A, or one of `portal.lib.no_value`."""

    text: str


Cell = str | float | int | bool | datetime | date | time | timedelta | ErrorCell | None


class Bad(NamedTuple):
    """What is wrong with one cell: a code of the catalogue and the details of its sentence."""

    code: str
    detail: tuple[str, ...] = ()


class Doubtful(NamedTuple):
    """A cell that was understood in one way although it was not written as asked."""

    value: Any
    bad: Bad


class Fault(NamedTuple):
    """A finding with its place. `row` counts from 0 in the table, `column` is the identifier."""

    row: int
    column: str
    code: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Parsed columns, as the rules see them.

    Every list has one entry per row: None for an empty cell, and for a refused one, which
    `refused` names by column so that a rule can tell the two apart.
    """

    values: dict[str, list[Any]]
    refused: Mapping[str, Container[int]]

    def __getitem__(self, name: str) -> list[Any]:
        return self.values[name]


class CodeRules(Protocol):
    """The 识别规则 by which trace codes are judged; `rule_sets` puts them together."""

    def claims(self, code: str) -> bool:
        """Whether a rule that staff made claims a code in its canonical form."""

    def doubts(self, code: str) -> Bad | None:
        """What the rules have against a code, which may be a remark."""

    def system_of(self, code: str) -> str:
        """The system that a code comes from, as it is stored."""


@dataclass(frozen=True)
class Context:
    """What the pure checks must know of the world around a table.

    `today` is the day in Shanghai. `levels` overrides default levels by fault code. `rules` are
    the 识别规则 in force, the built-in ones where there are no others.
    `row_numbers` are the sheet's row numbers of the table's rows, for sentences that name another
    row; without them rows are counted from 1. Raises ValueError for an unknown fault code and for
    one whose level is fixed.
    """

    today: date
    unit_uscc: str
    levels: Mapping[str, Severity] = field(default_factory=dict)
    row_numbers: Sequence[int] = ()
    rules: CodeRules | None = None

    def __post_init__(self) -> None:
        for code, level in self.levels.items():
            if code not in FAULTS:
                raise ValueError(f"unknown fault code {code!r}")
            if FAULTS[code].fixed and level != FAULTS[code].level:
                raise ValueError(f"the level of {code!r} is fixed: {FAULTS[code].level}")

    def level(self, code: str) -> Severity:
        """The level in force for a fault code."""
        override = self.levels.get(code)
        return FAULTS[code].level if override is None else Severity(override)

    def row_number(self, row: int) -> str:
        """The number by which the user knows the row at an index."""
        return str(self.row_numbers[row] if self.row_numbers else row + 1)
