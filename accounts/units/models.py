"""Units, what proves them, and the regions they lie in."""

import uuid
from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.core.columns import REASON_LENGTH, account_kind_of, id_type_column, id_type_known
from accounts.core.kinds import DISTRIBUTOR, KINDS, MAKER, UnitKind
from accounts.core.models import Account
from accounts.core.names import NAME_PATTERNS, USCC_PATTERN, AccountKind
from accounts.core.scoping import ScopedModel
from accounts.sealed import SealedField
from portal.lib.identifiers import CREDIT_CODE


def is_any(kinds: Collection[UnitKind]) -> Q:
    """What chooses the units that are of one of these kinds, of which there must be one."""
    return reduce(or_, (Q(**{kind.flag: True}) for kind in kinds))


class Unit(models.Model):
    """An enterprise with its own account. `account_kind` is fixed by the database: a foreign key
    over (account, account_kind), made by hand in the first migration, keeps agents out.
    """

    account = models.OneToOneField(Account, models.PROTECT, related_name="unit")
    account_kind = account_kind_of(AccountKind.UNIT)
    name = models.CharField("单位名称", max_length=200)
    uscc = models.CharField(CREDIT_CODE, max_length=18, unique=True, db_collation="C")
    is_maker = models.BooleanField(MAKER.label, default=False)
    is_distributor = models.BooleanField(DISTRIBUTOR.label, default=False)
    org_code = models.CharField("机构编号", max_length=30, blank=True, default="")
    admdvs = models.CharField("医保区划", max_length=6, blank=True, default="")
    org_type = models.CharField("机构类型", max_length=50, blank=True, default="")
    legal_name = models.CharField("法人名称", max_length=50, blank=True, default="")
    legal_id_type = id_type_column("法人证件类型")
    legal_id_number = SealedField("法人证件号码", blank=True, default="")
    contact_name = models.CharField("联系人", max_length=50, blank=True, default="")
    contact_mobile = models.CharField("联系手机号", max_length=11, blank=True, default="")
    approved_at = models.DateTimeField("认证通过时间", null=True, blank=True)
    closed_at = models.DateTimeField("注销时间", null=True, blank=True)
    created_at = models.DateTimeField("开通时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        constraints: ClassVar = [
            id_type_known("unit", "legal_id_type"),
            models.CheckConstraint(
                name="unit_contact_mobile_format",
                condition=Q(contact_mobile="")
                | Q(contact_mobile__regex=NAME_PATTERNS[AccountKind.AGENT]),
            ),
            models.CheckConstraint(name="unit_uscc_format", condition=Q(uscc__regex=USCC_PATTERN)),
            models.CheckConstraint(name="unit_has_a_kind", condition=is_any(KINDS.values())),
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
        return frozenset(kind for kind in KINDS.values() if getattr(self, kind.flag))


class Qualification(ScopedModel):
    """One uploaded paper. The newest of its kind counts; older ones stay as they were."""

    class Kind(models.TextChoices):
        """Which paper."""

        LICENCE = "licence", "营业执照上传"
        INSTITUTION = "institution", "定点医药机构服务资质"

    class State(models.TextChoices):
        """Where the check by staff stands."""

        WAITING = "waiting", "待审核"
        APPROVED = "approved", "已认证"
        RETURNED = "returned", "已退回"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="qualifications")
    kind = models.CharField("单位资质", max_length=11, choices=Kind.choices)
    state = models.CharField("认证状态", max_length=8, choices=State.choices, default=State.WAITING)
    file_name = models.CharField("文件名", max_length=255)
    stored_name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField("文件大小")
    sha256 = models.CharField("文件指纹（SHA-256）", max_length=64)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField("退回原因", max_length=REASON_LENGTH, blank=True, default="")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "资质认证"
        indexes: ClassVar = [
            models.Index(name="qualification_newest", fields=["unit", "kind", "-uploaded_at"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="qualification_decided_when_not_waiting",
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & ~Q(decided_at=None)),
            ),
            models.CheckConstraint(
                name="qualification_returned_with_a_reason",
                condition=~Q(state="returned") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.kind}"


class Certificate(ScopedModel):
    """An X.509 certificate of the unit (数字证书); in use until `removed_at`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="certificates")
    subject = models.CharField("使用者", max_length=500)
    issuer = models.CharField("颁发者", max_length=500)
    serial = models.CharField("序列号", max_length=64)
    sha256 = models.CharField("证书指纹（SHA-256）", max_length=64)
    not_before = models.DateTimeField("有效期自")
    not_after = models.DateTimeField("有效期至")
    pem = models.TextField("证书")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "数字证书"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="certificate_once", fields=["sha256"], condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="certificate_ends_after_start",
                condition=Q(not_after__gt=models.F("not_before")),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


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
