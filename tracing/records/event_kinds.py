"""What an event is: its kind, the step of a trace that it makes, and whose step that is."""

from __future__ import annotations

from enum import StrEnum

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


# The events that name their receiver, by the status that says that the goods went there. What is
# still to be sent, cancelled or refused names nobody, and a delivery gives no credit code.
NAMING: dict[EventKind, str] = {
    EventKind.SHIPMENT: SENT,
    EventKind.CIRCULATION_OUT: SENT,
    EventKind.RECEIPT: RECEIVED,
}

# What a unit tells of its goods happens after what it told of them by these kinds.
AFTER: dict[EventKind, tuple[EventKind, ...]] = {
    EventKind.RECEIPT: (EventKind.SHIPMENT,),
    EventKind.RETAIL: (EventKind.SHIPMENT, EventKind.RECEIPT),
    EventKind.CIRCULATION_OUT: (EventKind.CIRCULATION_IN,),
}
# The latest day for it is that until which the goods are good.
BEFORE_EXPIRY = (EventKind.RETAIL,)
