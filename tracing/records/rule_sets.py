"""The 识别规则 as a whole: the built-in ones and those of staff, in their order.

A rule set is immutable, and checks get it through their `Context`. What it decides is which system
a code comes from and what is judged of it; what a code is stored as, what damaged it and what is
refused always stand outside of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from tracing.records import trace_codes
from tracing.records.rule_checks import CHECKS, own_remark, unclaimed_doubts
from tracing.records.safe_patterns import SafePattern
from tracing.records.terms import Bad
from tracing.records.trace_codes import RULES, RecognitionRule, System

BUILT_IN_RULES = {rule.name: rule for rule in RULES}
# Built-in rules that a code of 码上放心 does not fit, whatever stands in it.
_OTHERS = {"msfx-url", "sscc", "gs1", "gs1-raw", "ma", "prod-code"}


class RuleLine(NamedTuple):
    """A rule as it is kept. Of a built-in one only the name counts, and whether it is on.

    `leaves` says that a code which fails the check is left to the next rules; else it is a fault.
    """

    name: str
    enabled: bool = True
    title: str = ""
    pattern: str = ""
    system: str = ""
    check: str = "none"
    leaves: bool = False
    parts: str = "none"


class RuleSet:
    """Rules in their order. `version` is the number of the kept version, None for the built-in."""

    def __init__(self, rules: Iterable[RecognitionRule], version: int | None = None) -> None:
        self.every = tuple(rules)
        self.version = version
        self._rules = tuple(rule for rule in self.every if rule.enabled)
        self._made = any(not rule.built_in for rule in self._rules)
        first = next((rule.name for rule in self._rules if rule.name not in _OTHERS), "")
        self._plain_is_plain = first == "msfx"

    def rule_of(self, code: str) -> RecognitionRule | None:
        """The first rule that claims a code in its canonical form."""
        for rule in self._rules:
            if rule.fits(code):
                return rule
        return None

    def claims(self, code: str) -> bool:
        """Whether a rule that staff made claims a code."""
        rule = self.rule_of(code) if self._made else None
        return rule is not None and not rule.built_in

    def system_of(self, code: str) -> str:
        """The system that a code comes from, as it is stored."""
        if self._plain_is_plain and trace_codes.is_plain(code):
            return System.MSFX.value
        rule = self.rule_of(code)
        return str(System.UNKNOWN if rule is None else rule.system)

    def doubts(self, code: str) -> Bad | None:
        """What the rules have against a code, which may be a remark."""
        if self._plain_is_plain and trace_codes.is_plain(code):
            return None
        rule = self.rule_of(code)
        if rule is None:
            return unclaimed_doubts(code)
        bad = judged(rule, code)
        return own_remark(code) if bad is None and rule.system == System.OWN else bad


def judged(rule: RecognitionRule, code: str) -> Bad | None:
    """What the check of a rule has against a code that it claims."""
    if isinstance(rule.pattern, SafePattern):
        code = rule.pattern.groups(code).get("gtin", code)
    return CHECKS[rule.check].judge(code)


BUILT_IN = RuleSet(RULES)


def rule_set(lines: Sequence[RuleLine], version: int | None = None) -> RuleSet:
    """Put the rules of a kept version together.

    A built-in rule that the version does not know yet stands where it is built in; one that the
    product no longer has is left out. Raises UnsafePattern.
    """
    rules = [rule for line in lines if (rule := rule_of_line(line)) is not None]
    for place, rule in enumerate(RULES):
        if all(known.name != rule.name for known in rules):
            before = {earlier.name for earlier in RULES[:place]}
            at = max((n for n, known in enumerate(rules, 1) if known.name in before), default=0)
            rules.insert(at, rule)
    return RuleSet(rules, version)


def is_built_in(line: RuleLine) -> bool:
    """Whether a line stands for a rule of the product: it types no pattern of its own."""
    return not line.pattern


def rule_of_line(line: RuleLine) -> RecognitionRule | None:
    """The rule that a line keeps; None for a built-in one that the product no longer has.

    Raises UnsafePattern.
    """
    if is_built_in(line):
        known = BUILT_IN_RULES.get(line.name)
        return known and replace(known, enabled=line.enabled or known.fixed)
    rule = RecognitionRule(
        line.name,
        line.title,
        line.system,
        SafePattern(line.pattern),
        line.check,
        line.parts,
        built_in=False,
        enabled=line.enabled,
    )
    if not line.leaves:
        return rule
    return replace(rule, confirm=lambda code: judged(rule, code) is None)
