"""Addresses of a unit that are told what has happened, and what was told them."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.core.models import Account
from accounts.core.scoping import ScopedModel
from accounts.sealed import SealedField
from accounts.units.models import Unit
from portal.lib.outside import URL_LENGTH
from portal.lib.refused import Refusal, restored

NAME_LENGTH = 40
# Bytes of randomness in a secret, which is written in hexadecimal.
SECRET_BYTES = 32
EVENT_LENGTH = 20
# Characters of an answer that are kept.
ANSWER_LENGTH = 500
# How long it is known what was sent.
KEPT = timedelta(days=30)


class Event(models.TextChoices):
    """What a webhook may be told of."""

    UPLOAD = "upload-finished", "上传有结果"
    ROWS = "rows-failed", "有数据未通过"
    EXPORT = "export-finished", "导出有结果"
    UNDO = "undo-finished", "撤销有结果"
    REMOVAL = "removal-finished", "整批删除有结果"


# What is sent to try a webhook, whatever it wants to be told of.
PING = "ping"
EVENT_WORDS = {**dict(Event.choices), PING: "测试"}


class WebhookState(models.TextChoices):
    """A webhook is live, paused and live again, and ended for good."""

    LIVE = "live", "使用中"
    PAUSED = "paused", "已暂停"
    ENDED = "ended", "已停用"


class Pause(models.TextChoices):
    """Why a webhook is paused."""

    ASKED = "asked", "经办人暂停"
    FAILING = "failing", "连续投递失败，自动暂停"
    FULL = "full", "等待投递的事件过多，自动暂停"
    VACANT = "vacant", "接口调用自助服务的授权结束，自动暂停"


class Webhook(ScopedModel):
    """An address that is sent the unit's events, signed with `secret`.

    It belongs to 接口调用自助服务 of the unit: whoever does that business keeps it, and when that
    falls free it is paused, until the next holder resumes it; nothing is noted or sent. `failures`
    counts the attempts that failed since the last one that did not; until `rests_until` none is
    made. `tried_at` gives each its turn. While it is paused no event is noted for it, and those
    that wait go on waiting.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="webhooks")
    name = models.CharField("名称", max_length=NAME_LENGTH)
    url = models.CharField("接收地址", max_length=URL_LENGTH)
    secret = SealedField("签名密钥", blank=True)
    events = ArrayField(
        models.CharField(max_length=EVENT_LENGTH, choices=Event), verbose_name="通知事件"
    )
    state = models.CharField("状态", max_length=6, choices=WebhookState, default=WebhookState.LIVE)
    paused_why = models.CharField(max_length=7, choices=Pause, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField("最近投递时间", null=True, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("添加时间", auto_now_add=True)
    # When its secret was shown, which is done once.
    shown_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "事件通知地址"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhook_state", condition=Q(state__in=WebhookState.values)
            ),
            models.CheckConstraint(
                name="webhook_paused_says_why",
                condition=Q(state="paused", paused_why__in=Pause.values)
                | (~Q(state="paused") & Q(paused_why="")),
            ),
            models.CheckConstraint(
                name="webhook_ended_keeps_no_secret",
                condition=Q(state="ended", secret="", ended_at__isnull=False)
                | (~Q(state="ended") & ~Q(secret="") & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="webhook_is_told_something", condition=Q(events__len__gt=0)
            ),
            models.UniqueConstraint(
                name="webhook_name_once", fields=["unit", "name"], condition=~Q(state="ended")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """A delivery waits until it has arrived, or is given up; asked for again it waits again."""

    WAITING = "waiting", "等待投递"
    ARRIVED = "arrived", "已送达"
    FAILED = "failed", "投递失败"


class WebhookDelivery(ScopedModel):
    """An event as it is told one webhook: `body` is what is sent, byte for byte at every attempt.

    The row is written in the transaction of what it tells. It is due at `next_at`; whoever makes an
    attempt writes its `claim` and puts `next_at` off, so that nobody else does and that the attempt
    is made again should its maker die. `event_id` tells a receiver that it has had it before.
    `status` and `answer` are those of the last attempt, `failure_code` says why it failed.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries", db_index=False)
    event_id = models.UUIDField(default=uuid.uuid4)
    event = models.CharField("事件", max_length=EVENT_LENGTH)
    body = models.TextField()
    state = models.CharField(
        "状态", max_length=7, choices=DeliveryState, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField("投递次数", default=0)
    next_at = models.DateTimeField("下次投递时间", default=timezone.now)
    claim = models.UUIDField(null=True)
    made_at = models.DateTimeField("发生时间", default=timezone.now)
    tried_at = models.DateTimeField("最近投递时间", null=True)
    arrived_at = models.DateTimeField("送达时间", null=True)
    status = models.PositiveSmallIntegerField("应答状态", null=True)
    answer = models.CharField("应答内容", max_length=ANSWER_LENGTH, default="")
    failure_code = models.CharField(max_length=40, null=True)
    failure_detail = models.JSONField(default=list)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "事件投递"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="webhookdelivery_state", condition=Q(state__in=DeliveryState.values)
            ),
            models.CheckConstraint(
                name="webhookdelivery_arrived_when",
                condition=~Q(state="arrived") | Q(arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="webhookdelivery_failed_says_why",
                condition=~Q(state="failed") | Q(failure_code__isnull=False),
            ),
            models.UniqueConstraint(name="webhook_event_once", fields=["webhook", "event_id"]),
        ]
        indexes: ClassVar = [
            models.Index(
                name="webhookdelivery_due",
                fields=["webhook", "next_at"],
                condition=Q(state="waiting"),
            ),
            models.Index(
                name="webhookdelivery_underway", fields=["unit"], condition=Q(claim__isnull=False)
            ),
            models.Index(name="webhookdelivery_latest", fields=["webhook", "-made_at", "-id"]),
            models.Index(name="webhookdelivery_old", fields=["made_at"]),
        ]

    def __str__(self) -> str:
        return str(self.event_id)

    @property
    def failure(self) -> Refusal | None:
        """Why the last attempt failed; None where it did not."""
        return restored(self.failure_code, self.failure_detail) if self.failure_code else None
