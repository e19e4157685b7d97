"""Calls whose answers are kept, so that whoever asks again gets the same."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.keys.models import KEY_LENGTH
from tracing.jobs.models import Leased

LONGEST_IDEMPOTENCY = 64


class RememberedCall(Leased):
    """A call that brought an Idempotency-Key: one runner at a time does it, and its answer is kept.

    `payload` is the SHA-256 of the address and of param as they were sent. `answer` is the data of
    a good answer, kept in the transaction that does what was asked where there is only one; `body`
    the bytes that were sent, with their `status`. Both are NULL until then.
    """

    ak = models.CharField(max_length=KEY_LENGTH, db_collation="C")
    idempotency = models.CharField(max_length=LONGEST_IDEMPOTENCY, db_collation="C")
    payload = models.CharField(max_length=64, db_collation="C")
    answer = models.JSONField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta(Leased.Meta):
        verbose_name = "接口调用"
        constraints = [
            models.UniqueConstraint(fields=["ak", "idempotency"], name="remembered_call_once"),
            models.CheckConstraint(
                name="remembered_call_answered_whole",
                condition=Q(status__isnull=True, body__isnull=True)
                | Q(status__isnull=False, body__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["at"], name="remembered_call_old")]

    def __str__(self) -> str:
        return f"{self.ak} {self.idempotency}"
