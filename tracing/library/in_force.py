"""Which 识别规则 are in force. A check asks once and keeps what it got for all of its rows."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from tracing.library.models import RulesVersion, VersionRule
from tracing.records.rule_sets import BUILT_IN, RuleSet, rule_set


def rules_in_force() -> RuleSet:
    """The rules by which new rows are judged now, the built-in ones where staff put no others."""
    version = RulesVersion.objects.filter(state=RulesVersion.State.IN_FORCE)
    found = version.values_list("pk", "in_force_at").first()
    return BUILT_IN if found is None else _kept(*found)


def rules_of(number: int) -> RuleSet:
    """The rules of a version."""
    kept = VersionRule.objects.filter(version=number).order_by("place", "pk")
    return rule_set([rule.line for rule in kept], number)


@lru_cache(maxsize=8)
def _kept(number: int, _in_force_at: datetime) -> RuleSet:
    """Once in force a version never changes, so that each process puts its rules together once."""
    return rules_of(number)


def rules_to_look_by() -> RuleSet:
    """Every rule that is or was in force: what an upload took before can still be looked for."""
    kept = VersionRule.objects.filter(version__in_force_at__isnull=False).exclude(pattern="")
    once = {rule.pattern: rule.line for rule in kept.order_by("-version", "place", "pk")}
    made = [line._replace(name=f"was-{n}", enabled=True) for n, line in enumerate(once.values())]
    return rule_set(made) if made else BUILT_IN
