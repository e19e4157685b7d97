"""Orders (订单): which events are told in a 发货单 or a 收货单, and which events answer them.

No record of its own: the rows of 发货, 收货 and 流通 carry the numbers of both papers, so an order
is what the events of a unit under one number say together.
"""

from __future__ import annotations

from typing import NamedTuple

from tracing.records.base import Column
from tracing.records.event_columns import (
    SHP_ORG,
    SHP_SIN_NO,
    SHP_STAS_COLUMN,
    SHPP_ORG,
    SHPP_SIN_NO,
    SHPP_STAS_COLUMN,
)
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Side
from tracing.records.values import RECEIVED, SENT


class Paper(NamedTuple):
    """A 发货单 or a 收货单: the columns of its number and of its status, the status of goods that
    really went, and the columns of whom it names."""

    title: str
    number: Column
    status: Column
    done: str
    firm: tuple[Column, Column]


SENDING = Paper("发货单", SHP_SIN_NO, SHP_STAS_COLUMN, SENT, (SHP_ORG.name, SHP_ORG.uscc))
RECEIVING = Paper("收货单", SHPP_SIN_NO, SHPP_STAS_COLUMN, RECEIVED, (SHPP_ORG.name, SHPP_ORG.uscc))


class OrderKind(NamedTuple):
    """What a kind of event makes of an order: its word, whose paper it is, and the kinds by which
    the other side tells of the same goods; none where no other side of it is asked."""

    word: str
    side: Side
    answers: tuple[EventKind, ...] = ()

    @property
    def paper(self) -> Paper:
        """The unit's own paper."""
        return SENDING if self.side is Side.SENDER else RECEIVING

    @property
    def other(self) -> Paper:
        """The other side's."""
        return RECEIVING if self.side is Side.SENDER else SENDING


# In the order in which a filter offers them. A maker's 收货 tells what a third firm received: it
# names no sender, so nobody else's event answers it, nor does it answer one.
ORDERS: dict[EventKind, OrderKind] = {
    EventKind.SHIPMENT: OrderKind("发货", Side.SENDER, (EventKind.CIRCULATION_IN,)),
    EventKind.CIRCULATION_OUT: OrderKind("出库", Side.SENDER, (EventKind.CIRCULATION_IN,)),
    EventKind.CIRCULATION_IN: OrderKind(
        "入库", Side.RECEIVER, (EventKind.SHIPMENT, EventKind.CIRCULATION_OUT)
    ),
    EventKind.RECEIPT: OrderKind("收货", Side.RECEIVER),
}
