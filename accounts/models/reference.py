"""Small tables that staff keep: regions, documents to download, feedback to answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from accounts.models.unit import Unit
from accounts.scoping import ScopedModel


class Region(models.Model):
    """A region of the insurance system (医保区划)."""

    code = models.CharField("代码", primary_key=True, max_length=6, db_collation="C")
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "医保区划"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="region_code_format", condition=Q(code__regex=r"^[0-9]{6}$")
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


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
