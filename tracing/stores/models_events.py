"""What happened to a code of any pack level."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.core.scoping import ScopedModel
from tracing.models.fields import code_field, told_field, unit_field
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Node
from tracing.stores.models import Voidable, void_pair

KINDS = [(kind.value, kind.label) for kind in EventKind]
NODES = [(node.value, node.label) for node in Node]


class TraceEvent(Voidable):
    """One event of one code, told by one unit in one document.

    The time is not in the key, so a corrected time replaces the event. `node` is the step of
    the trace that the event makes, or NULL where it makes none (a delivery, goods not yet
    sent). `organisation` is whose step it is, as typed; `details` keeps what the trace never shows.
    """

    pk = models.CompositePrimaryKey("code", "kind", "unit_id", "document")
    code = code_field()
    kind = models.CharField(max_length=16, choices=KINDS)
    unit = unit_field()
    document = told_field("document", null=False)
    happened_at = models.DateTimeField()
    node = models.PositiveSmallIntegerField(choices=NODES, null=True)
    organisation = told_field("organisation", null=False)
    sender_name = told_field("sender_name")
    sender_uscc = told_field("sender_uscc")
    receiver_name = told_field("receiver_name")
    receiver_uscc = told_field("receiver_uscc")
    status = models.CharField(max_length=3, null=True)
    quantity = told_field("quantity")
    details = models.JSONField(default=dict)
    submission_id = models.UUIDField(null=True)

    class Meta(ScopedModel.Meta):
        verbose_name = "流转事件"
        constraints = [
            void_pair("traceevent_void_pair"),
            models.CheckConstraint(
                name="traceevent_kind", condition=Q(kind__in=[kind.value for kind in EventKind])
            ),
            models.CheckConstraint(
                name="traceevent_node",
                condition=Q(node__isnull=True)
                | (Q(node__in=[node.value for node in Node]) & ~Q(node=Node.PRODUCED.value)),
            ),
        ]

        indexes = [
            # What a distributor told, newest first: its list turns pages in the index.
            models.Index(
                fields=["unit", "-happened_at", "code", "kind", "document"],
                name="traceevent_circulated",
                condition=Q(voided_at__isnull=True, kind__in=["circulation-in", "circulation-out"]),
            ),
            # The codes of a document.
            models.Index(
                fields=["unit", "document", "kind", "code"],
                include=["voided_at"],
                name="traceevent_document",
            ),
            models.Index(fields=["submission_id"], name="traceevent_upload"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"
