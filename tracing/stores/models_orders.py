"""Orders (订单): what a unit's live events of one kind and document say together.

Derived: `tracing.stores.orders` writes both tables in the transaction that changes the events, so
a list of orders reads no event. An order goes to one partner; a document that two partners share
is two orders.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.core.scoping import ScopedModel
from tracing.models.fields import plain_field_of, told_field, unit_field
from tracing.records.orders import ORDERS
from tracing.records.shapes import SERIAL, Shape

KINDS = [(kind.value, order.word) for kind, order in ORDERS.items()]


class Order(ScopedModel):
    """A 发货单 or 收货单 of a unit. `partner` is the credit code of the other side, empty where the
    rows give none.

    Rows of one order may differ in the other side's number and in their status, of which the
    least and the greatest are kept; names are as one of the rows types them.
    """

    pk = models.CompositePrimaryKey("unit_id", "kind", "document", "partner")
    unit = unit_field()
    kind = models.CharField(max_length=16, choices=KINDS)
    document = told_field("document", null=False)
    partner = told_field("receiver_uscc", null=False, default="")
    partner_name = told_field("receiver_name")
    sender_name = told_field("sender_name")
    sender_uscc = told_field("sender_uscc")
    receiver_name = told_field("receiver_name")
    receiver_uscc = told_field("receiver_uscc")
    number_first = told_field("document")
    number_last = told_field("document")
    status_first = models.CharField(max_length=3, null=True)
    status_last = models.CharField(max_length=3, null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    codes = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        verbose_name = "订单信息"
        constraints = [
            models.CheckConstraint(name="order_codes", condition=Q(codes__gt=0)),
        ]
        indexes = [
            models.Index(
                fields=["unit", "-last_at", "kind", "document", "partner"], name="order_latest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.document}"


class OrderBatch(ScopedModel):
    """The codes of an order that are of one batch: its 流水号, or the lot as a distributor typed
    it, empty where a row says neither."""

    pk = models.CompositePrimaryKey("unit_id", "kind", "document", "partner", "batch")
    unit = unit_field()
    kind = models.CharField(max_length=16, choices=KINDS)
    document = told_field("document", null=False)
    partner = told_field("receiver_uscc", null=False, default="")
    batch = plain_field_of(Shape.EVENT, SERIAL, default="")
    codes = models.BigIntegerField()

    class Meta(ScopedModel.Meta):
        verbose_name = "订单的批次"
        constraints = [
            models.CheckConstraint(name="orderbatch_codes", condition=Q(codes__gt=0)),
        ]
        indexes = [
            # Whether anything of a batch was sent: see tracing/reminders/.
            models.Index(fields=["unit", "batch", "kind"], name="orderbatch_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.batch}"
