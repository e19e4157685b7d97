"""不再提醒: batches of which a unit wants to hear no more."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.core.columns import REASON_LENGTH
from accounts.core.scoping import ScopedModel
from tracing.models.fields import plain_field_of
from tracing.records.shapes import SERIAL, Shape


class Silence(ScopedModel):
    """A unit is reminded no more of a record that it owes of a batch; why, and who said so.

    恢复提醒 removes the row; the operation log keeps both.
    """

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.PROTECT, related_name="+")
    record_code = models.CharField(max_length=40)
    batch = plain_field_of(Shape.PRODUCT, SERIAL)
    reason = models.CharField(max_length=REASON_LENGTH)
    at = models.DateTimeField(default=timezone.now)

    class Meta(ScopedModel.Meta):
        verbose_name = "不再提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "batch", "record_code"], name="silence_once_for_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_code} {self.batch}"
