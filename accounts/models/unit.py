"""Units, agents, and which agent acts for which unit."""

from typing import ClassVar

from django.db import models
from django.db.models import Q, Value

from accounts.businesses import UnitKind
from accounts.models.account import Account
from accounts.names import USCC_PATTERN, Kind
from accounts.scoping import ScopedModel


class Unit(models.Model):
    """An enterprise with its own account. `account_kind` is fixed by the database: a foreign key
    over (account, account_kind), made by hand in the first migration, keeps agents out.
    """

    account = models.OneToOneField(Account, models.PROTECT, related_name="unit")
    account_kind = models.GeneratedField(
        expression=Value(Kind.UNIT.value),
        output_field=models.CharField(max_length=5),
        db_persist=True,
    )
    name = models.CharField("单位名称", max_length=200)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, db_collation="C")
    is_maker = models.BooleanField("生产企业", default=False)
    is_distributor = models.BooleanField("流通企业", default=False)
    org_code = models.CharField("机构编号", max_length=30, blank=True, default="")
    admdvs = models.CharField("医保区划", max_length=6, blank=True, default="")
    org_type = models.CharField("机构类型", max_length=50, blank=True, default="")
    created_at = models.DateTimeField("开通时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        constraints: ClassVar = [
            models.CheckConstraint(name="unit_uscc_format", condition=Q(uscc__regex=USCC_PATTERN)),
            models.CheckConstraint(
                name="unit_has_a_kind", condition=Q(is_maker=True) | Q(is_distributor=True)
            ),
            models.CheckConstraint(name="unit_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The unit account's name, which addresses carry."""
        return self.account.name

    @property
    def kinds(self) -> frozenset[UnitKind]:
        """What the unit is."""
        held = {UnitKind.MAKER: self.is_maker, UnitKind.DISTRIBUTOR: self.is_distributor}
        return frozenset(kind for kind, yes in held.items() if yes)


class Agent(models.Model):
    """A person (经办人) who signs in with a mobile number and acts for one or more units."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="agent")
    account_kind = models.GeneratedField(
        expression=Value(Kind.AGENT.value),
        output_field=models.CharField(max_length=5),
        db_persist=True,
    )
    name = models.CharField("姓名", max_length=50)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "经办人"
        constraints: ClassVar = [
            models.CheckConstraint(name="agent_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mobile(self) -> str:
        """The mobile number, which is the account's name."""
        return self.account.name


class Membership(ScopedModel):
    """This agent may act for this unit; what it may do there is in Authorization."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="memberships")
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "单位经办人"
        constraints: ClassVar = [
            models.UniqueConstraint(name="agent_once_per_unit", fields=["unit", "agent"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.agent_id}"
