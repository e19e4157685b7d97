"""Codes sent by SMS (短信验证码)."""

from typing import ClassVar

from django.db import models

from accounts.names import NAME_PATTERNS, Kind
from accounts.sealed import SealedField


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
                condition=models.Q(mobile__regex=NAME_PATTERNS[Kind.AGENT]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.pk}"
