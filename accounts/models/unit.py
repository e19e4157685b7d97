"""Units, agents, and which agent acts for which unit."""

from typing import ClassVar

from django.db import models
from django.db.models import Q, Value

from accounts.businesses import UnitKind
from accounts.id_types import CODE_LENGTH as ID_TYPE_LENGTH
from accounts.id_types import ID_TYPES
from accounts.models.account import Account
from accounts.names import NAME_PATTERNS, USCC_PATTERN, Kind
from accounts.scoping import ScopedModel
from accounts.sealed import SealedField

EMAIL_LENGTH, ADDRESS_LENGTH = 100, 200
POSTCODE_PATTERN = r"^[0-9]{6}$"


def _id_type(label: str) -> "models.CharField[str, str]":
    return models.CharField(
        label, max_length=ID_TYPE_LENGTH, choices=list(ID_TYPES.items()), blank=True, default=""
    )


def _id_type_known(table: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_id_type_known", condition=Q(**{f"{field}__in": ["", *ID_TYPES]})
    )


def _postcode() -> "models.CharField[str, str]":
    return models.CharField("邮政编码", max_length=6, blank=True, default="")


def _postcode_fits(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_postcode_format",
        condition=Q(postcode="") | Q(postcode__regex=POSTCODE_PATTERN),
    )


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
    legal_name = models.CharField("法人名称", max_length=50, blank=True, default="")
    legal_id_type = _id_type("法人证件类型")
    legal_id_number = SealedField("法人证件号码", blank=True, default="")
    contact_name = models.CharField("联系人", max_length=50, blank=True, default="")
    contact_mobile = models.CharField("联系手机号", max_length=11, blank=True, default="")
    approved_at = models.DateTimeField("认证通过时间", null=True, blank=True)
    closed_at = models.DateTimeField("注销时间", null=True, blank=True)
    created_at = models.DateTimeField("开通时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        constraints: ClassVar = [
            _id_type_known("unit", "legal_id_type"),
            models.CheckConstraint(
                name="unit_contact_mobile_format",
                condition=Q(contact_mobile="") | Q(contact_mobile__regex=NAME_PATTERNS[Kind.AGENT]),
            ),
            models.CheckConstraint(name="unit_uscc_format", condition=Q(uscc__regex=USCC_PATTERN)),
            models.CheckConstraint(
                name="unit_has_a_kind", condition=Q(is_maker=True) | Q(is_distributor=True)
            ),
            models.CheckConstraint(name="unit_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether its agents may do business: its 资质认证 was approved and it has not ended."""
        return self.approved_at is not None and self.closed_at is None

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
    id_type = _id_type("证件类型")
    id_number = SealedField("证件号码", blank=True, default="")
    id_valid_until = models.DateField("证件有效期至", null=True, blank=True)
    id_valid_for_ever = models.BooleanField("长期有效", default=False)
    email = models.EmailField("联系邮箱", max_length=EMAIL_LENGTH, blank=True, default="")
    address = models.CharField("联系地址", max_length=ADDRESS_LENGTH, blank=True, default="")
    postcode = _postcode()
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "经办人"
        constraints: ClassVar = [
            models.CheckConstraint(name="agent_has_a_name", condition=~Q(name="")),
            _id_type_known("agent", "id_type"),
            models.CheckConstraint(
                name="agent_document_ends_or_never",
                condition=Q(id_valid_until=None) | Q(id_valid_for_ever=False),
            ),
            _postcode_fits("agent"),
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
    postcode = _postcode()
    # The business pages the agent has open in the hall of this unit, in their order.
    open_pages = models.JSONField("打开的页签", default=list, blank=True)
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "单位经办人"
        constraints: ClassVar = [
            _postcode_fits("membership"),
            models.UniqueConstraint(name="agent_once_per_unit", fields=["unit", "agent"]),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.agent_id}"
