"""Which agent holds which business of a unit, now and before."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.businesses import CODE_LENGTH, SERVED
from accounts.models.account import Account
from accounts.models.unit import Agent, Unit
from accounts.scoping import ScopedModel


class Authorization(ScopedModel):
    """A business in one agent's hands from `granted_at` until `revoked_at`; live while null.

    The database allows one live holder per unit and business. Rows are kept when they end.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="authorizations")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="authorizations")
    business = models.CharField("业务", max_length=CODE_LENGTH)
    granted_at = models.DateTimeField("授权时间", default=timezone.now)
    granted_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField("取消时间", null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "业务授权"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_holder_per_business",
                fields=["unit", "business"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="authorization_business_is_served",
                condition=Q(business__in=sorted(SERVED)),
            ),
            models.CheckConstraint(
                name="authorization_ends_after_start",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("granted_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.business}"
