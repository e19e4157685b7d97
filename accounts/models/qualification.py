"""What proves a unit: its papers (资质认证) and its digital certificates (数字证书)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from accounts.models.unit import Unit
from accounts.scoping import ScopedModel


class Qualification(ScopedModel):
    """One uploaded paper. The newest of its kind counts; older ones stay as they were."""

    class Kind(models.TextChoices):
        """Which paper."""

        LICENCE = "licence", "营业执照上传"
        INSTITUTION = "institution", "定点医药机构服务资质"

    class State(models.TextChoices):
        """Where the check by staff stands."""

        WAITING = "waiting", "待审核"
        APPROVED = "approved", "已认证"
        RETURNED = "returned", "已退回"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="qualifications")
    kind = models.CharField("单位资质", max_length=11, choices=Kind.choices)
    state = models.CharField("认证状态", max_length=8, choices=State.choices, default=State.WAITING)
    file_name = models.CharField("文件名", max_length=255)
    stored_name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField("文件大小")
    sha256 = models.CharField("文件指纹（SHA-256）", max_length=64)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("退回原因", max_length=200, blank=True, default="")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "资质认证"
        indexes: ClassVar = [
            models.Index(name="qualification_newest", fields=["unit", "kind", "-uploaded_at"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="qualification_decided_when_not_waiting",
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & ~Q(decided_at=None)),
            ),
            models.CheckConstraint(
                name="qualification_returned_with_a_reason",
                condition=~Q(state="returned") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.kind}"


class Certificate(ScopedModel):
    """An X.509 certificate of the unit (数字证书); in use until `removed_at`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="certificates")
    subject = models.CharField("使用者", max_length=500)
    issuer = models.CharField("颁发者", max_length=500)
    serial = models.CharField("序列号", max_length=64)
    sha256 = models.CharField("证书指纹（SHA-256）", max_length=64)
    not_before = models.DateTimeField("有效期自")
    not_after = models.DateTimeField("有效期至")
    pem = models.TextField("证书")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "数字证书"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="certificate_once", fields=["sha256"], condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="certificate_ends_after_start",
                condition=Q(not_after__gt=models.F("not_before")),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
