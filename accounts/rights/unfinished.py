"""What lies in a business beside the right itself: unfinished jobs and keys, which go along when
the business goes to another agent.

Other apps say what they have when they start; accounts knows none of them.
"""

from collections.abc import Callable, Collection
from enum import Enum
from typing import NamedTuple

from accounts.units.models import Unit


class Item(NamedTuple):
    """One job or key: the business it belongs to, how it is called, and where it stands."""

    business: str
    name: str
    state: str


class Fate(Enum):
    """What becomes of something when its business falls free: the next holder finds it as it is,
    or paused, or it ends for good."""

    WAITS = "waits"
    PAUSES = "pauses"
    ENDS = "ends"


class Pile(NamedTuple):
    """All of one sort, such as 未完成的上传: how many, and the newest of them. It goes along when
    the business goes to another agent; its `fate` is for where that falls free.
    """

    title: str
    total: int
    newest: list[Item]
    fate: Fate = Fate.WAITS

    @property
    def ends(self) -> bool:
        """Whether it ends where the business falls free."""
        return self.fate is Fate.ENDS

    @property
    def pauses(self) -> bool:
        """Whether it is paused then."""
        return self.fate is Fate.PAUSES


Reader = Callable[[Unit, Collection[str]], Pile]
_READERS: list[Reader] = []
_RUNNING: list[Reader] = []


def declare(reader: Reader) -> None:
    """Add a reader: given a unit and codes of its businesses, it returns what is unfinished there.

    Everything it returns must be open to whoever does the business, not to the agent who began it.
    """
    _READERS.append(reader)


def declare_running(reader: Reader) -> None:
    """Add a reader of what must come to its end before the unit or the agent may leave the portal:
    less than what moves, for a job that is done may still be corrected by the next agent."""
    _RUNNING.append(reader)


def running(unit: Unit, businesses: Collection[str]) -> list[Pile]:
    """Return what has not come to its end in these businesses; nothing for sorts without any."""
    found = (reader(unit, businesses) for reader in _RUNNING)
    return [pile for pile in found if pile.total]


def stopping(unit: Unit, businesses: Collection[str]) -> list[Pile]:
    """Return what ends or is paused when these businesses are taken from their holders and given
    to nobody."""
    return [pile for pile in going_along(unit, businesses) if pile.fate is not Fate.WAITS]


def going_along(unit: Unit, businesses: Collection[str]) -> list[Pile]:
    """Return what goes along with these businesses, without the sorts of which there is nothing."""
    found = (reader(unit, businesses) for reader in _READERS)
    return [pile for pile in found if pile.total]
