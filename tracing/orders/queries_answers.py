"""What the other side of an order told of the same codes, as far as a unit may learn it.

Of the other side's rows it learns of each code of its own whether one of them, which names the
unit, answers it. That a box answers for what lies in it, and its contents for a box, is told to
those alone who are in the chain of the code: how codes lie in one another is their maker's
knowledge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from django.db import connection

from accounts.units.models import Unit
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Side
from tracing.records.orders import ORDERS, SENDING
from tracing.stores.models_codes import Pack
from tracing.stores.models_events import TraceEvent
from tracing.stores.models_orders import Order
from tracing.traces.chains import Chain, chains
from tracing.traces.trace import SMALLEST

# Up to so many codes an order is compared as a whole, and counted by level.
MOST_COMPARED = 500


class Answer(Enum):
    """How a code of an order stands with the other side. `tone` is the colour of its mark."""

    CONFIRMED = "confirmed", "对方已确认", "good"
    OTHER_NUMBER = "other-number", "对方已确认，单据编号不一致", "warn"
    OTHER_QUANTITY = "other-quantity", "对方已确认，数量不一致", "warn"
    UNCONFIRMED = "unconfirmed", "对方未确认", ""

    def __init__(self, code: str, label: str, tone: str) -> None:
        self.code, self.label, self.tone = code, label, tone


class Line(NamedTuple):
    """A code of an order: its event, its level where the unit may know it, the other side's
    answer where that is asked."""

    event: TraceEvent
    level: str
    answer: Answer | None


# Live events of some packs by which the unit of a credit code tells of goods that it got from the
# asking unit, or sent to it.
TOLD = """
    FROM tracing_traceevent e JOIN accounts_unit o ON o.id = e.unit_id
    WHERE o.uscc = %(partner)s AND e.kind = ANY(%(kinds)s) AND e.status = %(done)s
      AND e.{side}_uscc = %(own)s AND e.voided_at IS NULL"""
# How many pieces a group of events says they are; nothing where one of them does not say.
PIECES = "CASE WHEN count(*) = count(e.quantity) THEN sum(e.quantity) END"
NUMBERS = f"""
    SELECT e.code, CASE WHEN '{{side}}' = 'sender'
           THEN e.details ->> '{SENDING.number.name}' ELSE e.document END AS number, {PIECES} {TOLD}
      AND e.code = ANY(%(codes)s::text[]) GROUP BY e.code, number, e.kind"""
# What the unit itself told of the codes, in all its papers of a kind with the partner.
OWN_PIECES = f"""
    SELECT e.code, CASE WHEN '{{side}}' = 'sender'
           THEN e.document ELSE e.details ->> '{SENDING.number.name}' END AS number, {PIECES}
    FROM tracing_traceevent e
    WHERE e.code = ANY(%(codes)s::text[]) AND e.unit_id = %(unit)s AND e.kind = %(kind)s
      AND e.{{other}}_uscc = %(partner)s AND e.status = %(own_done)s AND e.voided_at IS NULL
    GROUP BY e.code, number"""  # noqa: S608 - columns of ours
# Under which numbers the unit told of the same codes in other papers to anyone: pieces of a lot go
# in many, and what answers one of these does not answer this one.
ELSEWHERE = f"""
    SELECT e.code, array_agg(DISTINCT CASE WHEN '{{side}}' = 'sender'
           THEN e.document ELSE e.details ->> '{SENDING.number.name}' END)
    FROM tracing_traceevent e
    WHERE e.code = ANY(%(codes)s::text[]) AND e.unit_id = %(unit)s AND e.kind = %(kind)s
      AND e.document <> %(document)s AND e.voided_at IS NULL GROUP BY e.code"""  # noqa: S608 - columns of ours
# Boxes all of whose packs are answered, by themselves or by the middle box around them; it looks
# no further than the first that is not.
EMPTIED = f"""
    SELECT b.code FROM unnest(%(codes)s::text[]) b (code)
    WHERE EXISTS (SELECT 1 FROM tracing_tracecode t
                  WHERE t.{{level}}_trac_code = b.code AND t.voided_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM tracing_tracecode t
                      WHERE t.{{level}}_trac_code = b.code AND t.voided_at IS NULL
                        AND NOT EXISTS (SELECT 1 {TOLD}
                                          AND e.code IN (t.code, t.lv2_trac_code)))"""  # noqa: S608


def is_asked(order: Order) -> bool:
    """Whether another unit's events answer an order."""
    return bool(ORDERS[EventKind(order.kind)].answers and order.partner)


def is_registered(uscc: str) -> bool:
    """Whether a unit of the portal has a credit code, so that it could answer at all."""
    return Unit.objects.filter(uscc=uscc).exists()


def lines_of(unit: Unit, order: Order, events: Sequence[TraceEvent]) -> list[Line]:
    """The codes of some events of an order with what is known of them, in eight statements."""
    known = chains([event.code for event in events])
    opened = [code for code, chain in known.items() if chain.open_to(unit)]
    levels = dict(Pack.everything.filter(code__in=opened).values_list("code", "level"))
    answers = _answers(unit, order, events, known, levels)
    words = {
        code: str(Pack.Level(levels[code]).label) if code in levels else SMALLEST
        for code in opened
        if known[code].owner is not None
    }
    return [Line(e, words.get(e.code, ""), answers.get(e.code)) for e in events]


def _answers(
    unit: Unit,
    order: Order,
    events: Sequence[TraceEvent],
    known: dict[str, Chain],
    levels: dict[str, int],
) -> dict[str, Answer]:
    """How each code stands; nothing for an order to which nobody's events answer."""
    if not is_asked(order):
        return {}
    told = _Told(unit, order)
    packs = {
        code: chain.place.packs(code) if chain.open_to(unit) else [code]
        for code, chain in known.items()
    }
    numbers = told.numbers({pack for around in packs.values() for pack in around})
    elsewhere = told.elsewhere(known)
    own = told.own_pieces(code for code in known if code in numbers)
    found = {}
    for event in events:
        said = {n for pack in packs[event.code] for n in numbers.get(pack, ())}
        answer = told.answer(event, said, set(elsewhere.get(event.code, ())))
        if answer is Answer.CONFIRMED and told.differ(event, own, numbers):
            answer = Answer.OTHER_QUANTITY
        found[event.code] = answer
    left = {code for code, answer in found.items() if answer is Answer.UNCONFIRMED}
    emptied = told.emptied({code: level for code, level in levels.items() if code in left})
    return {**found, **dict.fromkeys(emptied, Answer.CONFIRMED)}


# By code and 发货单编号: how many pieces each kind of event says, None where it does not.
Pieces = dict[str, dict[str | None, list[Decimal | None]]]


class _Told:
    """What the partner of an order told of goods between it and the unit."""

    def __init__(self, unit: Unit, order: Order) -> None:
        kind = ORDERS[EventKind(order.kind)]
        self.order, self.sending = order, kind.side is Side.SENDER
        # The unit stands on the same side in both papers.
        self.side = kind.side.value
        self.parameters = {
            "unit": unit.pk,
            "kind": order.kind,
            "document": order.document,
            "own": unit.uscc,
            "partner": order.partner,
            "kinds": [answer.value for answer in kind.answers],
            "done": kind.other.done,
            "own_done": kind.paper.done,
        }

    def answer(
        self, event: TraceEvent, said: set[str | None], elsewhere: set[str | None]
    ) -> Answer:
        """By the 发货单编号 that the other side gives for the code, if it gives any; `elsewhere`
        are those of the unit's other papers.
        """
        if self._number(event) in said:
            return Answer.CONFIRMED
        return Answer.OTHER_NUMBER if said - elsewhere else Answer.UNCONFIRMED

    def differ(self, event: TraceEvent, own: Pieces, told: Pieces) -> bool:
        """Whether both sides say how many pieces of a code went under a number, and not alike."""
        number = self._number(event)
        theirs, ours = (side.get(event.code, {}).get(number, []) for side in (told, own))
        return bool(theirs and ours) and None not in (*theirs, *ours) and ours[0] not in theirs

    def numbers(self, codes: Collection[str]) -> Pieces:
        """The 发货单编号 under which the partner told of each code of which it told."""
        return self._pieces(NUMBERS.format(side=self.side), codes)

    def own_pieces(self, codes: Iterable[str]) -> Pieces:
        """How many pieces of each code the unit itself told of."""
        other = Side.RECEIVER if self.sending else Side.SENDER
        return self._pieces(OWN_PIECES.format(side=self.side, other=other.value), list(codes))

    def elsewhere(self, codes: Collection[str]) -> dict[str, list[str | None]]:
        """The 发货单编号 of the unit's other papers of its kind with these codes."""
        return dict(self._rows(ELSEWHERE.format(side=self.side), codes))

    def emptied(self, levels: dict[str, int]) -> list[str]:
        """The boxes of these all of whose packs the partner told of."""
        found: list[str] = []
        for level in Pack.Level:
            boxes = [code for code, of in levels.items() if of == level]
            statement = EMPTIED.format(side=self.side, level=f"lv{level.value}")
            found += [code for (code,) in self._rows(statement, boxes)] if boxes else []
        return found

    def _number(self, event: TraceEvent) -> str | None:
        """The 发货单编号 of an event of the unit."""
        number: str | None = event.details.get(SENDING.number.name)
        return event.document if self.sending else number

    def _pieces(self, statement: str, codes: Collection[str]) -> Pieces:
        found: Pieces = {}
        for code, number, pieces in self._rows(statement, codes) if codes else ():
            found.setdefault(code, {}).setdefault(number, []).append(pieces)
        return found

    def _rows(self, statement: str, codes: Collection[str]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {**self.parameters, "codes": list(codes)})
            return list(cursor)
