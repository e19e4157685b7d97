"""The rules of a version as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tracing.library.models import VersionRule
from tracing.records.code_parts import WAYS
from tracing.records.rule_checks import CHECKS
from tracing.records.rule_sets import BUILT_IN, rule_of_line
from tracing.records.trace_codes import System, system_label

GONE = "程序中已没有此内置规则"
FIXED = "内置，始终有效"
OF_PROGRAM, MADE = "内置", "自建"


class ShownRule(NamedTuple):
    """One line of the table: what stands in its cells, and what may be done with it."""

    row: VersionRule
    title: str
    pattern: str
    check: str
    parts: str
    system: str
    origin: str
    fixed: bool


def shown_rules(rules: Iterable[VersionRule]) -> list[ShownRule]:
    """Word the rules of a version in their order."""
    return [_shown(rule) for rule in rules]


def shown_built_in() -> list[ShownRule]:
    """Word the built-in rules, which stand in no version of their own."""
    return shown_rules(
        VersionRule(name=rule.name, place=place, enabled=rule.enabled)
        for place, rule in enumerate(BUILT_IN.every, 1)
    )


def _shown(row: VersionRule) -> ShownRule:
    rule = rule_of_line(row.line)
    if rule is None:
        return ShownRule(row, row.name, "", "", "", "", GONE, fixed=True)
    leaves = "，不符的由后面的规则判断" if rule.confirm else ""
    origin = FIXED if rule.fixed else OF_PROGRAM if rule.built_in else MADE
    outcome = "错误：" if rule.system == System.PROD_CODE else ""
    return ShownRule(
        row,
        rule.title,
        rule.pattern.pattern,
        CHECKS[rule.check].title + leaves,
        WAYS[rule.parts].title,
        outcome + system_label(rule.system),
        origin,
        rule.fixed,
    )
