"""What a row was before it was replaced or voided."""

from __future__ import annotations

from django.db import models

from accounts.scoping import ScopedModel
from tracing.models.fields import code_field, unit_field


class RowHistory(ScopedModel):
    """A before-image. Rows are only ever added."""

    class Cause(models.TextChoices):
        """Why the row changed."""

        REPLACED = "replaced", "重复数据替换"
        VOIDED = "voided", "删除"
        REVIVED = "revived", "重新上传"
        MOVED = "moved", "归属变更"

    id = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=40)
    key = code_field(max_length=200)
    unit = unit_field()
    cause = models.CharField(max_length=10, choices=Cause)
    before = models.JSONField()
    submission_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        verbose_name = "历史"
        indexes = [models.Index(fields=["table", "key"], name="rowhistory_key")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
