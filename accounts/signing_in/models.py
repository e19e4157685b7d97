"""Where an account is signed in, from which devices, and the codes it was sent."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.core.models import Account
from accounts.core.names import NAME_PATTERNS, AccountKind
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


class SmsCode(models.Model):
    """One code for one purpose and mobile number; only the newest of the two counts.

    `digest` is what a try is compared with. `sealed` holds the code until it is sent. A `silent`
    code is never sent: nobody is known by the number, and the asker must not find out.
    """

    class Purpose(models.TextChoices):
        """What the code is for; it opens nothing else."""

        REGISTER = "register", "单位注册"
        RECOVER = "recover", "找回密码"
        MEMBER = "member", "添加经办人"
        CONTACT = "contact", "变更联系手机号"
        CLOSE = "close", "账号注销"
        SIGN_IN = "signin", "登录验证"

    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    mobile = models.CharField(max_length=11, db_collation="C")
    # The name of the unit that asks for an agent's agreement; the code is good for it alone.
    unit_name = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64)
    sealed = SealedField(blank=True, default="")
    silent = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信验证码"
        indexes: ClassVar = [
            models.Index(name="sms_code_newest", fields=["mobile", "purpose", "-id"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sms_code_mobile_format",
                condition=models.Q(mobile__regex=NAME_PATTERNS[AccountKind.AGENT]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.pk}"
