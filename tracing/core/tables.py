"""Columns of lists and facts, named by identifier; every word comes from the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.utils import timezone

from tracing.records.base import Column, Record
from tracing.records.bindings import column_of
from tracing.records.shapes import Pick, Shape


class Cell(NamedTuple):
    """One value of a list or a fact: its label, its text, the style class of its kind."""

    label: str
    text: str
    css: str = ""


class Row(NamedTuple):
    """One line of a list. `key` is its key as a form carries it, `name` as people read it.

    `address` is where 追溯信息 leads.
    """

    key: str
    number: int
    cells: list[Cell]
    address: str = ""
    name: str = ""


class Declaring(Protocol):
    """What declares columns: a record, or all records of a shape together."""

    def column(self, name: str) -> Column:
        """The column with an identifier. Raises KeyError when there is none."""


class OfProducts:
    """The columns of the products of all families."""

    def column(self, name: str) -> Column:
        """As the first family has it that has it. Raises KeyError."""
        return column_of(Shape.PRODUCT, name)


class Columns:
    """Some columns of a record, in the order in which a screen shows them."""

    def __init__(self, record: Declaring, picks: Sequence[Pick | str]) -> None:
        """Raise KeyError or ValueError for a name or alias that the record does not have."""
        chosen = [Pick(pick) if isinstance(pick, str) else pick for pick in picks]
        self.columns = [record.column(pick.name) for pick in chosen]
        self.labels = [_label(c, p.alias) for c, p in zip(self.columns, chosen, strict=True)]

    def cells(self, row: object) -> list[Cell]:
        """The cells of an object, or of a mapping, that holds the columns' values."""
        return [
            Cell(label, shown(column, _value(row, column.name)), _css(column))
            for label, column in zip(self.labels, self.columns, strict=True)
        ]


def shown(column: Column, value: Any) -> str:
    """A stored value as people read it, times in Shanghai's day."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    elif isinstance(value, Decimal):
        # The database fills a number up to its scale; people read 33000, not 33000.0000.
        value = value.normalize()
    return column.kind.show(value)


def _value(row: object, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def _label(column: Column, alias: str) -> str:
    if alias and alias not in column.aliases:
        raise ValueError(f"{column.name} has no alias {alias}")
    return alias or column.label


def _css(column: Column) -> str:
    if column.kind.type in ("date", "moment"):
        return "nowrap"
    return "code" if column.kind.type in ("code", "uscc") else ""


def columns_of(record: Record, *, without: str = "") -> Columns:
    """Every column of a record, but one."""
    return Columns(record, [c.name for c in record.columns if c.name != without])
