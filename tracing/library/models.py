"""Versions of the 识别规则库, each with all of its rules in their order."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.core.columns import REASON_LENGTH
from tracing.records.rule_sets import BUILT_IN_RULES, RuleLine
from tracing.records.safe_patterns import LONGEST_PATTERN
from tracing.records.trace_codes import SYSTEM_LENGTH


def _by(label: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=label,
    )


class RulesVersion(models.Model):
    """A rule set as a whole: edited while it is a draft, then put in force in one act, and kept.

    `trial` is what the last trial on stored codes found, None after every change. `replaced` is the
    version that was in force before it, None where those were the built-in rules.
    """

    class State(models.TextChoices):
        """One draft at a time, one version in force."""

        DRAFT = "draft", "草稿"
        IN_FORCE = "in-force", "生效中"
        PAST = "past", "曾经生效"
        DROPPED = "dropped", "已作废"

    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField("新建时间", auto_now_add=True)
    made_by = _by("新建人")
    trial = models.JSONField(null=True)
    in_force_at = models.DateTimeField("生效时间", null=True)
    in_force_by = _by("启用人")
    reason = models.CharField("原因", max_length=REASON_LENGTH, default="")
    ended_at = models.DateTimeField("停用时间", null=True)
    replaced = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "识别规则库"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rulesversion_state",
                condition=Q(state__in=["draft", "in-force", "past", "dropped"]),
            ),
            models.UniqueConstraint(
                fields=["state"],
                name="rulesversion_one_of_each",
                condition=Q(state__in=["draft", "in-force"]),
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.pk} 版"


class VersionRule(models.Model):
    """One rule of a version. Of a built-in one the product says all but its place and switch."""

    version = models.ForeignKey(RulesVersion, on_delete=models.CASCADE, related_name="rules")
    place = models.PositiveSmallIntegerField("次序")
    name = models.CharField("标识", max_length=20)
    title = models.CharField("名称", max_length=40, default="")
    pattern = models.CharField("正则表达式", max_length=LONGEST_PATTERN, default="")
    system = models.CharField("编码体系", max_length=SYSTEM_LENGTH, default="")
    check_name = models.CharField("校验", max_length=10, default="none")
    leaves = models.BooleanField(default=False)
    parts = models.CharField("拆分", max_length=10, default="none")
    enabled = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "识别规则"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "name"], name="versionrule_name"),
        ]

    def __str__(self) -> str:
        known = BUILT_IN_RULES.get(self.name)
        return self.title or (known.title if known else self.name)

    @property
    def line(self) -> RuleLine:
        """The rule as the records put rule sets together from."""
        return RuleLine(
            self.name,
            self.enabled,
            self.title,
            self.pattern,
            self.system,
            self.check_name,
            self.leaves,
            self.parts,
        )
