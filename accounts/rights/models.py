"""Which agent holds which business of a unit, now and before."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.agents.models import Agent
from accounts.core.models import Account
from accounts.core.scoping import ScopedModel
from accounts.rights.businesses import CODE_LENGTH, SERVED
from accounts.units.models import Unit


def live_agent(ended: str, of: str = "agent_id") -> models.GeneratedField:
    """The agent, whom the column `of` names, until `ended` is set: a foreign key made by hand over
    (unit, live_agent) asks for the membership meanwhile."""
    return models.GeneratedField(
        expression=Case(When(**{ended: None}, then=F(of))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )


def _business_is_served(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_business_is_served", condition=Q(business__in=sorted(SERVED))
    )


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
    live_agent = live_agent("revoked_at")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "业务授权"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_holder_per_business",
                fields=["unit", "business"],
                condition=Q(revoked_at=None),
            ),
            _business_is_served("authorization"),
            models.CheckConstraint(
                name="authorization_ends_after_start",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("granted_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.business}"


class StandIn(ScopedModel):
    """Another agent in the holder's place from `starts_at` until `ends_at` or `ended_at`.

    The holder's right rests while it runs. Nothing needs to happen at its end: who may act is
    worked out from the time. It ends early when the authorisation does. The database allows one
    at a time for an authorisation, and only for a member of the unit until it has ended.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="stand_ins")
    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="stand_ins")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="stand_ins")
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("设置时间", auto_now_add=True)
    # Whoever leaves has `ended_at` set, also where `ends_at` has passed.
    live_agent = live_agent("ended_at")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "临时代办"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stand_in_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at"))
                & (Q(ended_at=None) | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("ends_at"))),
            ),
            # A range of one number stands for equality, which needs no extension of PostgreSQL.
            ExclusionConstraint(
                name="one_stand_in_at_a_time",
                expressions=[
                    (
                        Func(
                            F("authorization"),
                            F("authorization"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("starts_at"),
                            Coalesce(F("ended_at"), F("ends_at")),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authorization_id}/{self.agent_id}"


class AccessRequest(ScopedModel):
    """申请权限: an agent asks the unit account for a business; open until `decided_at`."""

    class Answer(models.TextChoices):
        """How it ended."""

        GRANTED = "granted", "已授权"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="access_requests")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="access_requests")
    business = models.CharField("业务", max_length=CODE_LENGTH)
    reason = models.CharField("申请说明", max_length=200, blank=True, default="")
    made_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    answer = models.CharField(
        "处理结果", max_length=9, choices=Answer.choices, blank=True, default=""
    )
    answer_note = models.CharField("处理说明", max_length=200, blank=True, default="")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "权限申请"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_request",
                fields=["unit", "agent", "business"],
                condition=Q(decided_at=None),
            ),
            _business_is_served("access_request"),
            models.CheckConstraint(
                name="access_request_answered_when_decided",
                condition=Q(decided_at=None, answer="") | (~Q(decided_at=None) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.agent_id}/{self.business}"
