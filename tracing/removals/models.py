"""A batch or a consumable that is to be removed with all its codes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.core.columns import REASON_LENGTH
from portal.lib.refused import Refusal, restored
from tracing.jobs.models import Leased, queue_index, turns_index
from tracing.models.fields import code_field

# The longest key: that of a consumable, in its brackets and quotes.
KEY_LENGTH = 160


class RemovalState(models.TextChoices):
    """See `BatchRemoval` for the moves."""

    QUEUED = "queued", "正在删除"
    DONE = "done", "已删除"
    FAILED = "failed", "没有完成"


class BatchRemoval(Leased):
    """One act: which row of a product record, why, and in the end how many codes went with it.

    ::

        queued ─► done
           └────► failed

    `key` is the row's key as an address carries it. `codes` is what was counted when it was asked
    for, then what was voided.
    """

    record_code = models.CharField(max_length=40)
    key = code_field(max_length=KEY_LENGTH)
    reason = models.CharField(max_length=REASON_LENGTH)
    state = models.CharField(max_length=10, choices=RemovalState, default=RemovalState.QUEUED)
    codes = models.PositiveBigIntegerField()
    requested_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    refusal_code = models.CharField(max_length=40, null=True)
    refusal_detail = models.JSONField(default=list)

    class Meta(Leased.Meta):
        verbose_name = "整批删除"
        constraints = [
            models.CheckConstraint(
                name="batchremoval_state", condition=Q(state__in=RemovalState.values)
            ),
            models.UniqueConstraint(
                fields=["unit", "key"],
                condition=Q(state="queued"),
                name="batchremoval_one_at_a_time",
            ),
        ]
        indexes = [
            queue_index("batchremoval_queue", "queued"),
            turns_index("batchremoval_turns"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def refusal(self) -> Refusal | None:
        """Why it was given up; None where it was not."""
        return restored(self.refusal_code, self.refusal_detail) if self.refusal_code else None
