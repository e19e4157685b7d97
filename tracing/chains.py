"""A code with the boxes that hold it, what happened to them, and who may know of it.

What happens to a box happens to what lies in it. How the codes lie in one another is their
maker's knowledge, so a unit that is not told of a code gets nothing by way of its boxes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from accounts.models import Unit
from tracing.models import TraceEvent

# Where a code `c.code` lies: its owner, its middle box, its large box; no row if it is unknown.
PLACE = """LATERAL (
    SELECT t.unit_id, t.lv2_trac_code, t.lv3_trac_code
    FROM tracing_tracecode t WHERE t.code = c.code AND t.voided_at IS NULL
    UNION ALL
    SELECT min(t.unit_id), NULL, max(t.lv3_trac_code)
    FROM tracing_tracecode t WHERE t.lv2_trac_code = c.code AND t.voided_at IS NULL
    HAVING count(*) > 0
    UNION ALL
    (SELECT t.unit_id, NULL, NULL
     FROM tracing_tracecode t WHERE t.lv3_trac_code = c.code AND t.voided_at IS NULL LIMIT 1)
    ) p (owner, middle, large)"""

PLACES = f"""
    SELECT c.code, p.owner, p.middle, p.large
    FROM unnest(%(codes)s::text[]) c (code) CROSS JOIN {PLACE}"""  # noqa: S608 - texts of ours

# Documents, quantities and details never leave the table.
SEEN_OF_EVENTS = (
    "code",
    "kind",
    "unit_id",
    "document",
    "happened_at",
    "node",
    "organisation",
    "sender_uscc",
    "receiver_uscc",
)


# The owner, the middle box, the large box.
_Place = tuple[int | None, str | None, str | None]


@dataclass(frozen=True)
class Chain:
    """A code, the boxes that hold it, and the live events of all of them.

    `owner` is the unit that made it, None while nobody has uploaded it.
    """

    code: str
    owner: int | None
    middle: str | None
    large: str | None
    events: Sequence[TraceEvent]

    def open_to(self, unit: Unit | None) -> bool:
        """Whether a unit with a record of its own, or staff for None, may see all of it.

        Somebody else's upload must name the unit as sender or receiver; a setting lifts this.
        """
        if unit is None or self.owner == unit.pk or settings.PORTAL_TRACE_UNCORROBORATED:
            return True
        return any(
            event.unit_id != unit.pk and unit.uscc in (event.sender_uscc, event.receiver_uscc)
            for event in self.events
        )

    def seen_by(self, unit: Unit | None) -> Sequence[TraceEvent]:
        """The events that a unit with a record of its own, or staff for None, may see."""
        if self.open_to(unit):
            return self.events
        return [event for event in self.own(unit) if event.code == self.code]

    def outwards(self) -> Sequence[Chain]:
        """The chains of the code itself and of each box that holds it, from the smallest."""
        chains, boxes = [self], [box for box in (self.middle, self.large) if box]
        for place, box in enumerate(boxes):
            above = boxes[place + 1 :]
            events = [event for event in self.events if event.code in (box, *above)]
            chains.append(Chain(box, self.owner, None, above[0] if above else None, events))
        return chains

    def own(self, unit: Unit | None) -> Sequence[TraceEvent]:
        """The events that the unit itself told of."""
        return [event for event in self.events if unit and event.unit_id == unit.pk]


def chains(codes: Collection[str]) -> dict[str, Chain]:
    """The chain of each code: two queries whatever is found.

    So a code which may not be seen takes the time of one that does not exist.
    """
    placed: dict[str, _Place] = dict.fromkeys(codes, (None, None, None))
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"codes": list(codes)})
        placed |= {code: tuple(place) for code, *place in cursor}
    events = _events_of({*codes, *(box for _, *boxes in placed.values() for box in boxes if box)})
    return {
        code: Chain(code, owner, middle, large, _together(events, (code, middle, large)))
        for code, (owner, middle, large) in placed.items()
    }


def _events_of(codes: Collection[str]) -> dict[str, list[TraceEvent]]:
    live = TraceEvent.everything.filter(voided_at__isnull=True).only(*SEEN_OF_EVENTS)
    found: dict[str, list[TraceEvent]] = {}
    for event in live.extra(where=["code = ANY(%s)"], params=[list(codes)]):
        found.setdefault(event.code, []).append(event)
    return found


def _together(
    events: Mapping[str, list[TraceEvent]], codes: Iterable[str | None]
) -> list[TraceEvent]:
    return [event for code in codes if code for event in events.get(code, ())]
