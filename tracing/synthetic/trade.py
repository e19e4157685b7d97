"""What events are told of: packs on their way, the firms that handle them, papers and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from tracing.synthetic.codes import credit_code, number
from tracing.synthetic.products import Firm

# Goods travel by the pallet, so that many rows share a document.
ROWS_OF_A_PAPER = 50
SPREAD_MINUTES = 60


class Pack(NamedTuple):
    """A code of any pack level, its batch, and the firm it came from; an unknown `lot` is empty."""

    code: str
    trac_codg_sn: str
    med_list_codg: str
    lot: str
    origin: Firm


@dataclass(frozen=True)
class Goods:
    """Packs that lay in their maker's store since the day of `since`."""

    packs: Sequence[Pack]
    since: datetime


class Step(IntEnum):
    """The steps of goods on their way: so many days after they entered their maker's store."""

    SHIPPED = 1
    CIRCULATED_IN = 2
    CIRCULATED_OUT = 3
    RECEIVED = 4
    SOLD = 5


@dataclass(frozen=True)
class Trade:
    """One unit's events with some goods; `partner` is whom it sends them to.

    Nothing happens after `today`, where that is given.
    """

    unit: Firm
    partner: Firm
    goods: Goods
    seed: int
    today: date | None

    def papers(self, letters: str, count: int, per_paper: int = ROWS_OF_A_PAPER) -> list[str]:
        """The document numbers of `count` rows."""
        stem = f"{letters}{number('papers', letters, self.unit.uscc, self.seed) % 10**8:08}"
        return [f"{stem}-{row // per_paper + 1:05}" for row in range(count)]

    def times(self, step: Step, count: int, per_paper: int = ROWS_OF_A_PAPER) -> list[str]:
        """When `count` rows took a step: a minute later for every document, within an hour."""
        day = (self.goods.since + timedelta(days=step)).date()
        if self.today is not None:
            day = min(day, self.today)
        # Later steps come at later hours, so that their order stands where a day holds them all.
        hour = 7 + 2 * step
        minutes = [f"{day} {hour:02}:{minute:02}:00" for minute in range(SPREAD_MINUTES)]
        return [minutes[row // per_paper % SPREAD_MINUTES] for row in range(count)]


def made_up(role: str, name: str, unit: Firm) -> Firm:
    """A firm that a unit trades with in its samples."""
    return Firm(name, credit_code(role, unit.uscc))
