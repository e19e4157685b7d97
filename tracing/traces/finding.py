"""单码: what a unit's list holds of one code of any pack level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from accounts.core.kinds import CodeList, UnitKind
from accounts.units.models import Unit
from tracing.stores.models_codes import UnitCode
from tracing.traces.chains import Chain, chains


class Found(NamedTuple):
    """A code of the list with its chain; `row` is what the unit uploaded of another's code."""

    chain: Chain
    row: UnitCode | None = None


def find(unit: Unit, kind: UnitKind, code: str) -> Sequence[Found]:
    """What a code in its canonical form finds in the list of the kind; nothing is 未查到.

    What may not be known takes the same queries as what does not exist.
    """
    return FINDING[kind.lists](unit, chains([code])[code])


def _made(unit: Unit, chain: Chain) -> Sequence[Found]:
    """The code itself, a smallest pack or a box."""
    return [Found(chain)] if chain.owner == unit.pk else []


def _uploaded(unit: Unit, chain: Chain) -> Sequence[Found]:
    """The code itself, then the boxes that hold it, these only when the unit may know of them."""
    parts = chain.outwards() if chain.open_to(unit) else [chain]
    live = UnitCode.objects.of(unit).filter(voided_at__isnull=True)
    rows = {row.code: row for row in live.filter(code__in=[part.code for part in parts])}
    return [Found(part, rows[part.code]) for part in parts if part.code in rows]


FINDING: dict[CodeList, Callable[[Unit, Chain], Sequence[Found]]] = {
    CodeList.MADE: _made,
    CodeList.UPLOADED: _uploaded,
}
