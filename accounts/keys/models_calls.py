"""What is kept of calls by key: the last ones, and how many there were each day."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.core.scoping import ScopedModel
from accounts.keys.models import InterfaceKey
from accounts.units.models import Unit

# Calls that are kept of each key: those that its SKey signed, and apart from them, so that nobody
# who merely knows an AKey can push those out, some that it did not sign.
RING, STRAY_RING = 100, 20
# Characters kept of what was asked, and of what was answered.
TEXT_LENGTH = 2_000
INTERFACE_LENGTH = 100


class KeyCall(ScopedModel):
    """One call. Its place in the ring of its key is `slot`, where the next of that slot replaces
    it: 0 to RING - 1 for signed ones, STRAY_RING further ones for the others.

    `param` and `answer` are masked beginnings. `rows`: how many were sent or found, where the
    answer says so; `milliseconds`: from the request's arrival until its answer was made.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    key = models.ForeignKey(InterfaceKey, models.CASCADE, related_name="+")
    slot = models.SmallIntegerField()
    at = models.DateTimeField("调用时间")
    interface = models.CharField("接口地址", max_length=INTERFACE_LENGTH)
    status = models.SmallIntegerField("HTTP 状态")
    code = models.CharField("返回码", max_length=64)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=64)
    rows = models.IntegerField("条数", null=True)
    milliseconds = models.IntegerField("用时（毫秒）")
    param = models.TextField("请求参数")
    answer = models.TextField("返回内容")

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "接口调用"
        constraints: ClassVar = [
            models.UniqueConstraint(name="key_call_slot", fields=["key", "slot"]),
            models.CheckConstraint(
                name="key_call_slot_in_ring",
                condition=Q(slot__gte=0, slot__lt=RING + STRAY_RING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id}/{self.slot}"


class KeyDay(ScopedModel):
    """How often a key was used on a day in Shanghai. `calls` were signed by its SKey, `errors` of
    them refused or failed; `strays` only named its AKey."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    key = models.ForeignKey(InterfaceKey, models.CASCADE, related_name="+")
    day = models.DateField("日期")
    calls = models.IntegerField("调用次数", db_default=0)
    errors = models.IntegerField("失败次数", db_default=0)
    strays = models.IntegerField("签名未通过", db_default=0)

    class Meta(ScopedModel.Meta):
        verbose_name = verbose_name_plural = "接口调用日计"
        constraints: ClassVar = [
            models.UniqueConstraint(name="key_day_once", fields=["key", "day"]),
            models.CheckConstraint(
                name="key_day_errors_are_calls", condition=Q(errors__lte=models.F("calls"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key_id}/{self.day}"
