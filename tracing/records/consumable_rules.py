"""Rules across the columns of consumables: what a UDI says, and how many pieces it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tracing.records import udi
from tracing.records.base import Rule
from tracing.records.column_kinds import Number
from tracing.records.terms import Context, Fault, Table

# The columns that a UDI may say too, by its part.
_SAID = {"lot": "manu_lotnum", "made": "manu_date", "expires": "expy_end"}


def as_the_udi_says(column: str) -> Rule:
    """Lot and dates of a row are those of its UDI, as far as that says any, and its dates are in
    order: they may stand nowhere else.
    """

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        for row, code in enumerate(table[column]):
            production = None if code is None else udi.production(code)
            if production is None:
                continue
            made, expires = production.made, production.expires
            if made is not None and expires is not None and expires <= made:
                yield Fault(row, column, "udi_dates", (expires.isoformat(), made.isoformat()))
            for part, name in _SAID.items():
                said, typed = getattr(production, part), _plain(table[name][row])
                if said is not None and typed is not None and said != typed:
                    yield Fault(row, name, "udi_says_otherwise", (str(typed), str(said)))

    return rule


def _plain(value: Any) -> str | date | None:
    return value.date() if isinstance(value, datetime) else value


def one_piece_by_serial(column: str, count: str) -> Rule:
    """A UDI with a serial is one piece."""

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        for row, (code, number) in enumerate(zip(table[column], table[count], strict=True)):
            if code is None or number is None or number == 1:
                continue
            production = udi.production(code)
            if production is not None and production.serial is not None:
                detail = (Number().show(number), production.serial)
                yield Fault(row, count, "piece_quantity", detail)

    return rule


def lots_say_how_many(column: str, count: str) -> Rule:
    """A UDI without a serial stands for a lot, so its row says how many pieces it means."""

    def rule(table: Table, _: Context) -> Iterator[Fault]:
        refused = table.refused[count]
        for row, (code, number) in enumerate(zip(table[column], table[count], strict=True)):
            unsaid = number is None and code is not None and row not in refused
            if unsaid and udi.stands_for_lot(code):
                yield Fault(row, count, "lot_without_quantity", (code,))

    return rule
