"""Where an account is signed in, from which devices, and what it is told."""

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from accounts.sealed import SealedField


class Device(models.Model):
    """A browser an account has signed in with, known again by a random number in its cookie.

    `digest` is the number's SHA-256, so that the table opens nothing. From `proven_at` on the
    account signs in there without a code by SMS.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64)
    label = models.CharField("设备", max_length=100)
    first_at = models.DateTimeField("首次登录时间", auto_now_add=True)
    last_at = models.DateTimeField("最近登录时间")
    proven_at = models.DateTimeField("短信验证时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录设备"
        constraints: ClassVar = [
            models.UniqueConstraint(name="device_once", fields=["account", "digest"])
        ]

    def __str__(self) -> str:
        return self.label


class SignIn(models.Model):
    """One sign-in: the session carries its id, and works only while `ended_at` is null."""

    class End(models.TextChoices):
        """Why it ended."""

        OUT = "out", "退出登录"
        IDLE = "idle", "长时间未操作"
        EXPIRED = "expired", "到期"
        ELSEWHERE = "elsewhere", "在其他会话中结束"
        PASSWORD = "password", "密码已修改"
        CLOSED = "closed", "账号已注销"
        STAFF = "staff", "由平台结束"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="+")
    label = models.CharField("设备", max_length=100, blank=True, default="")
    address = models.GenericIPAddressField("登录IP", null=True)
    started_at = models.DateTimeField("登录时间", auto_now_add=True)
    seen_at = models.DateTimeField("最近操作时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    end = models.CharField("结束原因", max_length=9, choices=End.choices, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        indexes: ClassVar = [
            models.Index(name="sign_in_live", fields=["account"], condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.id}"


class Notice(models.Model):
    """Something an account is told (消息), worded by accounts.notices from `code` and `detail`."""

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


class Factor(models.Model):
    """The second factor of a staff account: a secret for one-time codes (RFC 6238).

    It counts from `confirmed_at` on. `last_step` is the newest period a code was taken of, so
    that none works twice.
    """

    account = models.OneToOneField(Account, models.CASCADE, related_name="factor")
    secret = SealedField()
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "第二因素"

    def __str__(self) -> str:
        return str(self.account_id)
