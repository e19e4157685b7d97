"""Keys by which a unit's own software calls the interface."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.agents.models import Agent
from accounts.core.columns import REASON_LENGTH
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.core.scoping import ScopedModel
from accounts.keys.scopes import SCOPES
from accounts.rights.businesses import CODE_LENGTH
from accounts.rights.models import live_agent
from accounts.sealed import SealedField
from accounts.units.models import Unit

# Characters of an AKey and of an SKey, both hexadecimal. A fixed length, because the signature
# joins the AKey to what follows without a mark between them.
KEY_LENGTH = 32
NAME_LENGTH, CONTACT_LENGTH = 40, 50
# Networks that one key names.
MOST_NETWORKS = 20


class InterfaceKey(ScopedModel):
    """An AKey with its SKey, live from `made_at` until `ended_at` or `expires_at`.

    It belongs to whoever does 接口调用自助服务 for the unit: `holder` is the agent who has that
    business, and changes with it. `scopes` are the codes of the businesses that calls may do;
    `networks` the addresses they may come from, any where it is empty. `succeeds` is the key that
    this one takes the place of: both live until the older one is ended. A key of the `sandbox`
    meets no real row.

    Whoever froze it is an account of the kind `frozen_by`: an agent does not undo what the unit
    account did, nor either what staff did. `shown_at`: when its SKey was shown, which is done once.
    `calls` counts the calls that its SKey signed, `strays` those that only name its AKey.
    """

    class End(models.TextChoices):
        """Why it ended."""

        AGENT = "agent", "经办人停用"
        UNIT = "unit", "单位账号停用"
        RIGHT = "right", "业务授权结束"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="interface_keys")
    holder = models.ForeignKey(Agent, models.PROTECT, related_name="interface_keys")
    name = models.CharField("用途", max_length=NAME_LENGTH)
    ak = models.CharField("AKey", max_length=KEY_LENGTH, unique=True, db_collation="C")
    sk = SealedField("SKey")
    scopes = ArrayField(models.CharField(max_length=CODE_LENGTH), verbose_name="接口权限")
    networks = ArrayField(
        models.CharField(max_length=43), verbose_name="允许的来源地址", default=list, blank=True
    )
    sandbox = models.BooleanField("联调密钥", default=False)
    contact_name = models.CharField("联系人", max_length=CONTACT_LENGTH)
    contact_phone = SealedField("联系电话")
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("申请时间", auto_now_add=True)
    succeeds = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors"
    )
    expires_at = models.DateTimeField("有效期至", null=True, blank=True)
    frozen_at = models.DateTimeField("冻结时间", null=True, blank=True)
    frozen_why = models.CharField("冻结原因", max_length=REASON_LENGTH, blank=True, default="")
    frozen_by = models.CharField("冻结者", max_length=5, blank=True, default="", db_default="")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    end = models.CharField(
        "停用原因", max_length=5, choices=End.choices, blank=True, default="", db_default=""
    )
    # A foreign key made by hand over (unit, live_agent) asks for the membership of the holder.
    live_agent = live_agent("ended_at", of="holder_id")
    shown_at = models.DateTimeField("SKey 显示时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用时间", null=True, blank=True)
    last_used_from = models.GenericIPAddressField("最近使用地址", null=True, blank=True)
    calls = models.BigIntegerField("调用次数", default=0, db_default=0)
    strays = models.BigIntegerField("签名未通过的调用次数", default=0, db_default=0)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "接口密钥"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="interface_key_ak_format", condition=Q(ak__regex=r"^[0-9a-f]{32}$")
            ),
            models.CheckConstraint(
                name="interface_key_may_do_something", condition=Q(scopes__len__gt=0)
            ),
            models.CheckConstraint(
                name="interface_key_frozen_says_why",
                condition=Q(frozen_at=None, frozen_why="", frozen_by="")
                | (
                    ~Q(frozen_at=None)
                    & ~Q(frozen_why="")
                    & Q(frozen_by__in=[kind.value for kind in AccountKind])
                ),
            ),
            models.CheckConstraint(
                name="interface_key_end_says_why",
                condition=Q(ended_at=None, end="") | (~Q(ended_at=None) & ~Q(end="")),
            ),
            models.CheckConstraint(
                name="interface_key_scopes_are_known",
                condition=Q(scopes__contained_by=sorted(SCOPES)),
            ),
            models.CheckConstraint(
                name="interface_key_few_networks", condition=Q(networks__len__lte=MOST_NETWORKS)
            ),
            models.CheckConstraint(
                name="interface_key_succeeds_another", condition=~Q(succeeds=F("id"))
            ),
            models.CheckConstraint(
                name="interface_key_expires_after_start",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("made_at")),
            ),
            models.UniqueConstraint(
                name="one_live_successor", fields=["succeeds"], condition=Q(ended_at=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="interface_key_live", fields=["unit"], condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return self.ak
