"""What happened to a code of any pack level."""

from __future__ import annotations

from enum import Enum

from django.db import models

from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, unit_field
from tracing.stores.models import Voidable, void_pair


class EventKind(models.TextChoices):
    """The record that told of the event; circulation tells its direction too."""

    SHIPMENT = "shipment", "发货"
    DELIVERY = "delivery", "配送"
    CIRCULATION_IN = "circulation-in", "流通入库"
    CIRCULATION_OUT = "circulation-out", "流通出库"
    RECEIPT = "receipt", "收货"
    RETAIL = "retail", "零售"


class Node(models.IntegerChoices):
    """The steps of a trace; nodes of one moment are shown in this order."""

    PRODUCED = 1, "生产入库"
    SHIPPED = 2, "生产出库"
    CIRCULATED_IN = 3, "流通入库"
    CIRCULATED_OUT = 4, "流通出库"
    RECEIVED = 5, "销售入库"
    SOLD = 6, "销售出库"


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


class TraceEvent(Voidable, ScopedModel):
    """One event of one code, told by one unit in one document.

    The time is not in the key, so a corrected time replaces the event. `node` is the step of
    the trace that the event makes, or NULL where it makes none (a delivery, goods not yet
    sent). `organisation` is whose step it is, as typed; `details` keeps what the trace never shows.
    """

    pk = models.CompositePrimaryKey("code", "kind", "unit_id", "document")
    code = code_field()
    kind = models.CharField(max_length=16, choices=EventKind)
    unit = unit_field()
    document = code_field(max_length=50)
    happened_at = models.DateTimeField()
    node = models.PositiveSmallIntegerField(choices=Node, null=True)
    organisation = models.CharField(max_length=200)
    sender_name = models.CharField(max_length=200, null=True)
    sender_uscc = code_field(max_length=18, null=True)
    receiver_name = models.CharField(max_length=200, null=True)
    receiver_uscc = code_field(max_length=18, null=True)
    status = models.CharField(max_length=3, null=True)
    quantity = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    details = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    submission_id = models.UUIDField(null=True)

    class Meta(ScopedModel.Meta):
        verbose_name = "流转事件"
        constraints = [
            void_pair("traceevent_void_pair"),
            models.CheckConstraint(
                name="traceevent_kind", condition=models.Q(kind__in=EventKind.values)
            ),
            models.CheckConstraint(
                name="traceevent_node",
                condition=models.Q(node__isnull=True)
                | (models.Q(node__in=Node.values) & ~models.Q(node=Node.PRODUCED)),
            ),
        ]

        indexes = [
            # What a distributor told, newest first: its list turns pages in the index.
            models.Index(
                fields=["unit", "-happened_at", "code", "kind", "document"],
                name="traceevent_circulated",
                condition=models.Q(
                    voided_at__isnull=True, kind__in=["circulation-in", "circulation-out"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
