"""Agents, and which agent acts for which unit."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.core.columns import (
    ADDRESS_LENGTH,
    EMAIL_LENGTH,
    account_kind_of,
    id_type_column,
    id_type_known,
    postcode_column,
    postcode_fits,
)
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.scoping import ScopedModel
from accounts.sealed import SealedField
from accounts.units.models import Unit


class Agent(models.Model):
    """A person (经办人) who signs in with a mobile number and acts for one or more units."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="agent")
    account_kind = account_kind_of(AccountKind.AGENT)
    name = models.CharField("姓名", max_length=50)
    id_type = id_type_column("证件类型")
    id_number = SealedField("证件号码", blank=True, default="")
    id_valid_until = models.DateField("证件有效期至", null=True, blank=True)
    id_valid_for_ever = models.BooleanField("长期有效", default=False)
    email = models.EmailField("联系邮箱", max_length=EMAIL_LENGTH, blank=True, default="")
    address = models.CharField("联系地址", max_length=ADDRESS_LENGTH, blank=True, default="")
    postcode = postcode_column()
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "经办人"
        constraints: ClassVar = [
            models.CheckConstraint(name="agent_has_a_name", condition=~Q(name="")),
            id_type_known("agent", "id_type"),
            models.CheckConstraint(
                name="agent_document_ends_or_never",
                condition=Q(id_valid_until=None) | Q(id_valid_for_ever=False),
            ),
            postcode_fits("agent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mobile(self) -> str:
        """The mobile number, which is the account's name."""
        return self.account.name


class Membership(ScopedModel):
    """This agent may act for this unit; what it may do there is in Authorization.

    How to reach the agent is kept for each unit apart, as the agent's own at the time of binding:
    what one unit changes, no other sees.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="memberships")
    email = models.EmailField("联系邮箱", max_length=EMAIL_LENGTH, blank=True, default="")
    address = models.CharField("联系地址", max_length=ADDRESS_LENGTH, blank=True, default="")
    postcode = postcode_column()
    # The business pages the agent has open in the hall of this unit, in their order.
    open_pages = models.JSONField("打开的页签", default=list, blank=True)
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "单位经办人"
        constraints: ClassVar = [
            postcode_fits("membership"),
            models.UniqueConstraint(name="agent_once_per_unit", fields=["unit", "agent"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.agent_id}"
