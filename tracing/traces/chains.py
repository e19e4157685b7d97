"""A code with the boxes that hold it, what happened to them, and who may know of it.

What happens to a box happens to what lies in it. How the codes lie in one another is their
maker's knowledge, so a unit that is not told of a code gets nothing by way of its boxes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db import connection

from accounts.units.models import Unit
from tracing.records.nodes import Node
from tracing.stores import membership
from tracing.stores.lookups import PLACE
from tracing.stores.membership import ORGANISATION, REGISTERED, Claim
from tracing.stores.models_codes import TraceCode

PLACES = f"""
    SELECT c.code, p.owner, u.uscc, p.middle, p.large, p.is_lot
    FROM unnest(%(codes)s::text[]) c (code) CROSS JOIN {PLACE}
    JOIN accounts_unit u ON u.id = p.owner"""  # noqa: S608 - texts of ours

# Documents, quantities and details never leave the table.
EVENTS = f"""
    SELECT e.code, e.kind, e.status, e.node, e.happened_at, e.unit_id, t.uscc, t.name,
           e.sender_uscc, e.receiver_uscc, e.organisation, {ORGANISATION}
    FROM tracing_traceevent e JOIN accounts_unit t ON t.id = e.unit_id {REGISTERED}
    WHERE e.code = ANY(%(codes)s::text[]) AND e.voided_at IS NULL"""  # noqa: S608 - texts of ours


class ToldEvent(NamedTuple):
    """A live event, of what a trace may need: who told it, whom it names, whose step it is.

    `organisation` is the registered name of the unit whose credit code the row gives, else the
    typed one, marked as such; `typed` is what the row says.
    """

    code: str
    kind: str
    status: str | None
    node: int | None
    happened_at: datetime
    unit_id: int
    teller: str
    teller_name: str
    sender: str | None
    receiver: str | None
    typed: str
    organisation: str

    @property
    def step(self) -> Node:
        """The node that it makes; only for events that make one."""
        return Node(self.node or 0)

    @property
    def claim(self) -> Claim:
        """What it says of who is in the chain."""
        return Claim(self.teller, membership.named(self.kind, self.status, self.receiver))


class Position(NamedTuple):
    """Where a code lies: the unit that made it, with its credit code, and the boxes around it; and
    whether it is the code of a lot.
    """

    owner: int | None = None
    uscc: str | None = None
    middle: str | None = None
    large: str | None = None
    is_lot: bool = False

    def packs(self, code: str) -> list[str]:
        """The code and the boxes that hold it, from the smallest."""
        return [pack for pack in (code, self.middle, self.large) if pack]


@dataclass(frozen=True)
class Chain:
    """A code, where it lies, and the live events of it and of the boxes that hold it.

    The place has no owner while nobody has uploaded the code.
    """

    code: str
    place: Position
    events: Sequence[ToldEvent]

    @property
    def owner(self) -> int | None:
        """The unit that made it."""
        return self.place.owner

    @cached_property
    def members(self) -> frozenset[str]:
        """The credit codes of the units that the goods went through."""
        return membership.members(
            self.place.uscc,
            {event.claim for event in self.events},
            lifted=membership.lifted(),
        )

    def open_to(self, unit: Unit | None) -> bool:
        """Whether a unit, or staff for None, may see the nodes, the product and the boxes."""
        return unit is None or unit.uscc in self.members

    @cached_property
    def nodes(self) -> Sequence[ToldEvent]:
        """The events that are nodes of the chain: those that its units told."""
        return [e for e in self.events if e.node is not None and e.teller in self.members]

    def nodes_for(self, unit: Unit | None) -> Sequence[ToldEvent]:
        """The nodes that a unit, or staff for None, may see: all of them or none; of a lot, unless
        it owns it, those on its own path.
        """
        if not self.open_to(unit):
            return ()
        if unit is None or self.owner == unit.pk or not self.place.is_lot:
            return self.nodes
        return [
            e for e in self.nodes if membership.on_path(unit.uscc, e.teller, e.sender, e.receiver)
        ]

    def uncorroborated_for(self, unit: Unit | None) -> Sequence[ToldEvent]:
        """What units outside told, as far as a unit may see it; staff for None.

        The owner sees all of it. A unit outside sees what it told of this very code: that the
        code lies in a box of which it told too it may not learn.
        """
        outside = [e for e in self.events if e.node is not None and e.teller not in self.members]
        if unit is None or self.owner == unit.pk:
            return outside
        return [e for e in outside if e.unit_id == unit.pk and e.code == self.code]

    def told_by(self, unit: Unit) -> bool:
        """Whether the unit told anything of this very code."""
        return any(e.unit_id == unit.pk and e.code == self.code for e in self.events)

    def outwards(self) -> Sequence[Chain]:
        """The chains of the code itself and of each box that holds it, from the smallest."""
        packs = self.place.packs(self.code)
        return [self, *(self._of_box(box, packs[n:]) for n, box in enumerate(packs[1:], 2))]

    def _of_box(self, box: str, above: Sequence[str]) -> Chain:
        large = above[0] if above else None
        place = self.place._replace(middle=None, large=large, is_lot=False)
        return Chain(box, place, [event for event in self.events if event.code in (box, *above)])


def chains(codes: Collection[str]) -> dict[str, Chain]:
    """The chain of each code: two queries whatever is found.

    So a code which may not be seen takes the time of one that does not exist.
    """
    placed = dict.fromkeys(codes, Position())
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"codes": list(codes)})
        placed |= {code: Position(*place) for code, *place in cursor}
    return _chains(placed)


def chains_of_made(unit: Unit, rows: Iterable[TraceCode]) -> dict[str, Chain]:
    """The chains of smallest packs that the unit made, in one query."""
    return _chains(
        {
            row.code: Position(
                unit.pk, unit.uscc, row.lv2_trac_code, row.lv3_trac_code, bool(row.is_lot)
            )
            for row in rows
        }
    )


def _chains(placed: Mapping[str, Position]) -> dict[str, Chain]:
    events = _events_of({pack for code, place in placed.items() for pack in place.packs(code)})
    return {
        code: Chain(
            code, place, [event for pack in place.packs(code) for event in events.get(pack, ())]
        )
        for code, place in placed.items()
    }


def _events_of(codes: Collection[str]) -> dict[str, list[ToldEvent]]:
    found: dict[str, list[ToldEvent]] = {}
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, {"codes": list(codes)})
        for row in cursor:
            event = ToldEvent(*row)
            found.setdefault(event.code, []).append(event)
    return found
