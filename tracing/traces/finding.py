"""单码: what a unit's list holds of one code of any pack level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from accounts.rights.businesses import UnitKind
from accounts.units.models import Unit
from tracing.stores.models_codes import UnitCode
from tracing.traces.chains import Chain, chains


class Found(NamedTuple):
    """A code of the list with its chain; `row` is what a distributor uploaded of it."""

    chain: Chain
    row: UnitCode | None = None


def find(unit: Unit, kind: UnitKind, code: str) -> Sequence[Found]:
    """What a code in its canonical form finds; nothing is 未查到.

    A maker finds the code itself, a smallest pack or a box. A distributor finds what it uploaded
    of it: the code itself, then the boxes that hold it, these only when it may know of them.
    What may not be known takes the same queries as what does not exist.
    """
    chain = chains([code])[code]
    if kind is UnitKind.MAKER:
        return [Found(chain)] if chain.owner == unit.pk else []
    parts = chain.outwards() if chain.open_to(unit) else [chain]
    live = UnitCode.objects.of(unit).filter(voided_at__isnull=True)
    rows = {row.code: row for row in live.filter(code__in=[part.code for part in parts])}
    return [Found(part, rows[part.code]) for part in parts if part.code in rows]
