"""Random worlds of makers and distributors, and a model of a few lines that says who sees what.

They tell the truth, lie, collude and take it back; boxes are repacked; makers come late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import strategies as st

from tests.factories import UnitFactory
from tests.tracing.factories import NODE_OF, box, small
from tests.tracing.stores.world import PIECES, store_codes, store_events, void_codes, void_events
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Node

K = EventKind
NAMING = (K.SHIPMENT, K.CIRCULATION_OUT, K.RECEIPT)
TELLING = [K.SHIPMENT, K.CIRCULATION_OUT, K.CIRCULATION_IN, K.RECEIPT, K.RETAIL]
# Two makers, three distributors and one whom nobody ever names. Each maker has eight packs, in
# middle boxes of two and large ones of four.
MAKERS, UNITS, LIAR, PACKS = 2, 5, 5, 8
CODES = [
    code
    for maker in range(MAKERS)
    for code in (
        *(small(maker * PACKS + n) for n in range(PACKS)),
        *(box(maker * 4 + n, 2) for n in range(4)),
        *(box(maker * 2 + n, 3) for n in range(2)),
    )
]


# The second pack of each maker, of which most is told, is a lot of consumables.
LOTS = {small(maker * PACKS + 1) for maker in range(MAKERS)}


class Tell(NamedTuple):
    """A unit tells of a code, or takes it back; units by their places. `to` is the receiver, `of`
    the sender where that is another unit.
    """

    by: int
    kind: EventKind
    code: str
    to: int | None
    status: str
    void: bool
    of: int | None

    @property
    def is_node(self) -> bool:
        return self.status == "1" or self.kind is K.RETAIL

    @property
    def sender(self) -> int:
        """Who takes goods in says from whom; all else is told of what one sends."""
        taken_in = self.kind in (K.CIRCULATION_IN, K.RECEIPT) and self.of is not None
        return self.of if taken_in and self.of is not None else self.by

    @property
    def names(self) -> int | None:
        return self.to if self.kind in NAMING and self.status == "1" else None


class Make(NamedTuple):
    """A maker stores a pack in a middle and a large box, or in none, or voids it."""

    pack: int
    boxes: tuple[str | None, str | None]
    void: bool


def tells(by: st.SearchStrategy[int]) -> st.SearchStrategy[Tell]:
    return st.builds(
        Tell,
        by=by,
        kind=st.sampled_from(TELLING),
        code=st.sampled_from([*CODES[:2], box(0, 2), box(0, 3)] * 6 + CODES),
        to=st.sampled_from([None, *range(UNITS)]),
        status=st.sampled_from(["1", "1", "1", "0", "2"]),
        void=st.sampled_from([False, False, False, True]),
        of=st.sampled_from([None, *range(UNITS)]),
    )


@st.composite
def makes(draw: st.DrawFn) -> Make:
    pack = draw(st.integers(0, MAKERS * PACKS - 1))
    maker, place = divmod(pack, PACKS)
    # In which large box a middle one lies follows from its number, so that none lies in two.
    middle = maker * 4 + draw(st.sampled_from([place // 2, (place // 2 + 1) % 4]))
    inside = (box(middle, 2), box(middle // 2, 3))
    boxes = draw(st.sampled_from([inside, inside, (None, None)]))
    return Make(pack, boxes, draw(st.sampled_from([False, False, False, True])))


CHANGES = st.lists(
    st.one_of(tells(st.integers(0, UNITS - 1)), tells(st.integers(0, UNITS - 1)), makes()),
    min_size=6,
    max_size=26,
)
LIES = st.lists(tells(st.just(LIAR)), min_size=1, max_size=6)


@dataclass
class Model:
    """The whole rule: what is live, and who may see what of it."""

    made: dict[str, tuple[int, str | None, str | None]] = field(default_factory=dict)
    told: dict[tuple[int, EventKind, str], Tell] = field(default_factory=dict)
    lists: set[tuple[int, str]] = field(default_factory=set)

    def apply(self, change: Tell | Make) -> None:
        if isinstance(change, Make):
            self.made.pop(small(change.pack), None)
            if not change.void:
                self.made[small(change.pack)] = (change.pack // PACKS, *change.boxes)
            return
        self.told.pop(change[:3], None)
        if not change.void:
            self.told[change[:3]] = change
        # A code leaves the list when nothing is left that the unit told of it.
        if not change.void and change.kind in (K.CIRCULATION_IN, K.CIRCULATION_OUT):
            self.lists.add((change.by, change.code))
        elif not any(t.by == change.by and t.code == change.code for t in self.told.values()):
            self.lists.discard((change.by, change.code))

    def place(self, code: str) -> tuple[int | None, list[str]]:
        """Who made a code, and where: itself and the boxes around it."""
        for pack, (maker, *boxes) in self.made.items():
            packs = [c for c in (pack, *boxes) if c]
            if code in packs:
                return maker, packs[packs.index(code) :]
        return None, [code]

    def chain(self, code: str) -> tuple[set[int], list[Tell], list[Tell]]:
        """Who is in it, its nodes, and what is no node because its teller is outside."""
        maker, packs = self.place(code)
        events = [tell for tell in self.told.values() if tell.code in packs]
        inside = set() if maker is None else {maker}
        for _ in range(UNITS):
            inside |= {t.names for t in events if t.by in inside and t.names is not None}
        steps = [tell for tell in events if tell.is_node]
        return (
            inside,
            [t for t in steps if t.by in inside],
            [t for t in steps if t.by not in inside],
        )

    def sees(self, unit: int | None, code: str) -> tuple[bool, list[Tell], list[Tell]] | None:
        """Whether a unit, or staff, sees everything of a code, its nodes, what it sees apart."""
        maker, packs = self.place(code)
        inside, nodes, outside = self.chain(code)
        told = [tell for tell in self.told.values() if tell.code in packs]
        if unit is None:
            return (True, nodes, outside) if told or maker is not None else None
        if unit in inside:
            if code in LOTS and unit != maker:
                nodes = [tell for tell in nodes if unit in (tell.by, tell.sender, tell.to)]
            return True, nodes, outside if unit == maker else []
        own = [tell for tell in told if tell.by == unit and tell.code == code]
        return (False, [], [tell for tell in own if tell.is_node]) if own else None

    def pieces(self, unit: int | None, code: str) -> int | None:
        """How many pieces of consumables a unit, or staff, is told of; None if it may not know."""
        lots = [
            maker
            for pack, (maker, *boxes) in self.made.items()
            if pack in LOTS and code in (pack, *boxes)
        ]
        return None if unit is not None and set(lots) - {unit} else PIECES * len(lots)

    def listed(self, unit: int) -> list[str]:
        """The list of a distributor."""
        return sorted(code for by, code in self.lists if by == unit)


class World:
    """The same in the tables, brought there as uploads and 删除 do."""

    def __init__(self) -> None:
        self.model = Model()
        self.units = [
            *UnitFactory.create_batch(MAKERS),
            *UnitFactory.create_batch(UNITS + 1 - MAKERS, is_maker=False, is_distributor=True),
        ]

    def apply(self, changes: Iterable[Tell | Make]) -> None:
        for change in changes:
            self.model.apply(change)
            if isinstance(change, Make):
                self._make(change)
            else:
                self._tell(change)

    def _make(self, change: Make) -> None:
        unit = self.units[change.pack // PACKS]
        if change.void:
            void_codes(unit, [small(change.pack)])
        else:
            store_codes(unit, {small(change.pack): ("SN1", *change.boxes)}, day=0, lots=LOTS)

    def _tell(self, change: Tell) -> None:
        unit = self.units[change.by]
        if change.void:
            void_events(unit, change.kind, [change.code])
        else:
            to = None if change.to is None else self.units[change.to]
            store_events(
                unit,
                change.kind,
                [change.code],
                to=to,
                sender=self.units[change.sender],
                status=change.status,
            )

    def step(self, tell: Tell) -> tuple[str, str]:
        """A node as it is shown: its title, and whose it is."""
        title = str(Node(NODE_OF[tell.kind] or 0).label)
        if tell.kind in (K.SHIPMENT, K.CIRCULATION_OUT, K.RETAIL):
            return title, self.units[tell.by].name
        if tell.to is None:
            return title, f"{self.units[tell.by].name}（未注册）"
        return title, self.units[tell.to].name

    def steps(self, code: str, nodes: Iterable[Tell]) -> list[tuple[str, str]]:
        """The nodes of a code as they are shown, 生产入库 with them."""
        maker, _ = self.model.place(code)
        made = [] if maker is None else [("生产入库", self.units[maker].name)]
        return sorted([*made, *map(self.step, nodes)])
