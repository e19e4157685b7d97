"""A trace code taken apart: what its system says of the product and of what was made, as fields.

Which fields a code has follows from the rule that claims it. Nothing here judges a code: what
cannot be read is not shown.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from tracing.records import gs1, ma
from tracing.records.rule_sets import RuleSet
from tracing.records.safe_patterns import SafePattern
from tracing.records.trace_codes import KIND_LENGTH, RecognitionRule, System, system_label

SYSTEM = "编码体系"
DRUG_IDENTIFIER, GTIN, DEVICE_IDENTIFIER = "药品标识码", "商品码（GTIN）", "产品标识（DI）"
SERIAL, LOT, MADE, EXPIRES = "序列号", "批号", gs1.DAYS["11"], gs1.DAYS["17"]
# What stands first in a code of 20 digits, by NMPAB/T 1002.
DRUG_IDENTIFIER_LENGTH = 7

_IDENTIFIERS = {
    "01": GTIN,
    "10": LOT,
    **gs1.DAYS,
    "21": SERIAL,
}
_OF_MA = {"S": SERIAL, "M": MADE, "L": LOT, "D": "灭菌批号", "E": EXPIRES, "V": "有效期至"}
_MA_DATES = ("M", "E", "V")
_GROUPS = {
    "product": "产品标识",
    "gtin": GTIN,
    "serial": SERIAL,
    "lot": LOT,
    "made": MADE,
    "expires": EXPIRES,
}
# Two digits of a year lie at most this far ahead (GS1 General Specifications, 7.12).
_AHEAD = 50


class CodePart(NamedTuple):
    """One field of a code: its label and its text."""

    label: str
    text: str


class Recognised(NamedTuple):
    """What the rules make of a code: its system as stored, the rule that claims it, its parts."""

    system: str
    rule: RecognitionRule | None
    parts: tuple[CodePart, ...]

    @property
    def fields(self) -> tuple[CodePart, ...]:
        """All there is to show, the system first."""
        return (CodePart(SYSTEM, system_label(self.system)), *self.parts)


def recognised(code: str, rules: RuleSet, today: date, *, system: str = "") -> Recognised:
    """Take a code in its canonical form apart.

    `system` is what was stored with the code, which stands whatever the rules say by now. `today`
    tells the century of two-digit years.
    """
    rule = rules.rule_of(code)
    parts = tuple(WAYS[rule.parts].take(code, rule, today)) if rule else ()
    found = str(System.UNKNOWN if rule is None else rule.system)
    return Recognised(system or found, rule, parts)


def day_of(digits: str, today: date) -> str:
    """A date of six or eight digits as people read it, as it stands where it is none.

    Day 00 is the end of its month.
    """
    if len(digits) not in (6, 8) or not (digits.isascii() and digits.isdecimal()):
        return digits
    year = int(digits[:-4]) if len(digits) == 8 else _whole_year(int(digits[:2]), today.year)
    month, day = int(digits[-4:-2]), int(digits[-2:])
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1]).isoformat()
    except ValueError:  # no such day; also calendar's own, for no such month
        return digits


def _whole_year(two: int, now: int) -> int:
    """The year that ends in two digits and is nearest."""
    year = now - now % 100 + two
    if year > now + _AHEAD:
        return year - 100
    return year + 100 if year <= now - _AHEAD else year


def _nothing(_code: str, _rule: RecognitionRule, _today: date) -> Iterable[CodePart]:
    return ()


def _first_seven(code: str, _rule: RecognitionRule, _today: date) -> Iterable[CodePart]:
    return [CodePart(DRUG_IDENTIFIER, code[:KIND_LENGTH])]


def _msfx(code: str, _rule: RecognitionRule, _today: date) -> Iterable[CodePart]:
    """As packs print it: seven digits and thirteen."""
    identifier, serial = code[:KIND_LENGTH], code[KIND_LENGTH:]
    return [CodePart(DRUG_IDENTIFIER, identifier), CodePart(SERIAL, serial)]


def _sscc(code: str, _rule: RecognitionRule, _today: date) -> Iterable[CodePart]:
    return [CodePart("物流单元代码（SSCC）", code.removeprefix("00"))]


def _of_gs1(code: str, _rule: RecognitionRule, today: date) -> Iterator[CodePart]:
    elements = gs1.elements(code)
    if not elements:
        # Its batch and serial cannot be parted.
        yield CodePart(GTIN, gs1.gtin_of(code))
    for _, name, value in elements:
        label = _IDENTIFIERS.get(name, f"应用标识符（{name}）")
        yield CodePart(label, day_of(value, today) if name in gs1.DAYS else value)


def _of_ma(code: str, _rule: RecognitionRule, today: date) -> Iterator[CodePart]:
    identifier = ma.device_identifier(code)
    yield CodePart(DEVICE_IDENTIFIER, identifier)
    for part in filter(None, code[len(identifier) :].split(".")):
        name, value = part[0], part[1:]
        if name in _OF_MA and value:
            yield CodePart(_OF_MA[name], day_of(value, today) if name in _MA_DATES else value)


def _of_groups(code: str, rule: RecognitionRule, today: date) -> Iterator[CodePart]:
    found = rule.pattern.groups(code) if isinstance(rule.pattern, SafePattern) else {}
    for name, label in _GROUPS.items():
        if name in found:
            text = found[name]
            yield CodePart(label, day_of(text, today) if name in ("made", "expires") else text)


class Way(NamedTuple):
    """A way to take codes apart as staff choose it: its title, and what it finds."""

    title: str
    take: Callable[[str, RecognitionRule, date], Iterable[CodePart]]


WAYS: dict[str, Way] = {
    "none": Way("不拆分", _nothing),
    "first7": Way("前 7 位为药品标识码", _first_seven),
    "msfx": Way("前 7 位为药品标识码，其余为序列号", _msfx),
    "sscc": Way("SSCC", _sscc),
    "gs1": Way("GS1 各应用标识符", _of_gs1),
    "ma": Way("MA 各部分", _of_ma),
    "groups": Way("正则表达式中的命名分组", _of_groups),
}
