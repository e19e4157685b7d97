"""What an event is: its kind, the step of a trace that it makes, and whose step that is."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum

from tracing.records.values import RECEIVED, SENT


class EventKind(StrEnum):
    """What was told of a code; circulation tells its direction too."""

    label: str

    SHIPMENT = "shipment", "发货"
    DELIVERY = "delivery", "配送"
    CIRCULATION_IN = "circulation-in", "流通入库"
    CIRCULATION_OUT = "circulation-out", "流通出库"
    RECEIPT = "receipt", "收货"
    RETAIL = "retail", "零售"

    def __new__(cls, value: str, label: str = "") -> EventKind:
        """A kind with the word that people read."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.label = label
        return kind


class Node(IntEnum):
    """The steps of a trace; nodes of one moment are shown in this order."""

    label: str

    PRODUCED = 1, "生产入库"
    SHIPPED = 2, "生产出库"
    CIRCULATED_IN = 3, "流通入库"
    CIRCULATED_OUT = 4, "流通出库"
    RECEIVED = 5, "销售入库"
    SOLD = 6, "销售出库"

    def __new__(cls, value: int, label: str = "") -> Node:
        """A step with the word that people read."""
        node = int.__new__(cls, value)
        node._value_ = value
        node.label = label
        return node


NODE_NOTES: dict[Node, str] = {
    Node.PRODUCED: "由生产企业入库时产生",
    Node.SHIPPED: "由生产企业出库时产生",
    Node.CIRCULATED_IN: "由流通企业入库时产生",
    Node.CIRCULATED_OUT: "由流通企业出库时产生",
    Node.RECEIVED: "由药店采购入库时产生",
    Node.SOLD: "由药店销售出库时产生",
}


class Side(Enum):
    """The two sides of an event."""

    SENDER = "sender"
    RECEIVER = "receiver"


# Whose step a node is: the organisation that a trace shows. 生产入库 is its owner's.
WHOSE: dict[Node, Side] = {
    Node.SHIPPED: Side.SENDER,
    Node.CIRCULATED_IN: Side.RECEIVER,
    Node.CIRCULATED_OUT: Side.SENDER,
    Node.RECEIVED: Side.RECEIVER,
    Node.SOLD: Side.SENDER,
}

# The events that name their receiver, by the status that says that the goods went there. What is
# still to be sent, cancelled or refused names nobody, and a delivery gives no credit code.
NAMING: dict[EventKind, str] = {
    EventKind.SHIPMENT: SENT,
    EventKind.CIRCULATION_OUT: SENT,
    EventKind.RECEIPT: RECEIVED,
}
