"""The second factor of staff."""

from django.db import models

from accounts.core.models import Account
from accounts.sealed import SealedField


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
