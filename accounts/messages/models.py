"""What accounts are told, what they ask, and the documents they may take."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.core.models import Account
from accounts.core.scoping import ScopedModel
from accounts.units.models import Unit


class Notice(models.Model):
    """Something an account is told (消息): its words follow from `code` and `detail`."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="notices")
    code = models.CharField(max_length=40)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        indexes: ClassVar = [models.Index(name="notice_of_account", fields=["account", "-id"])]

    def __str__(self) -> str:
        return self.code


class Document(models.Model):
    """A file everybody signed in may download (资料下载)."""

    title = models.CharField("名称", max_length=100, unique=True)
    stored_name = models.CharField("文件", max_length=200)
    file_name = models.CharField("下载时的文件名", max_length=200)
    position = models.PositiveSmallIntegerField("次序", default=0)
    shown = models.BooleanField("显示", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "资料下载"
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Feedback(ScopedModel):
    """帮助与反馈: a question or a complaint to staff, and their answer."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="feedback")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="feedback")
    text = models.CharField("内容", max_length=1000)
    page = models.CharField("所在页面", max_length=200, blank=True, default="")
    at = models.DateTimeField("提交时间", auto_now_add=True)
    answer = models.CharField("答复", max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "帮助与反馈"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="feedback_answered_in_words",
                condition=Q(answered_at=None, answer="") | (~Q(answered_at=None) & ~Q(answer="")),
            )
        ]

    def __str__(self) -> str:
        return self.text[:20]
