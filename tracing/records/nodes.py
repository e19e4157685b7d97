"""The steps of a trace in their order, what is said beside them, and whose name stands there."""

from __future__ import annotations

from enum import Enum, IntEnum


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
