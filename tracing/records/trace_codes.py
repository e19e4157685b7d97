"""Telling apart the systems a 追溯码 may come from, and the form in which it is compared.

The rules are data, tried in their order; the first that fits names the system. Those here are built
in; staff may switch them off, order them and add theirs, which `rule_sets` puts together. What a
code is stored as and what damaged it never depends on that. An unfamiliar code is not wrong where
it reads as one code: the standard allows other lengths and letters, and 20-digit codes have no
public check digit. Case carries meaning, so trace codes keep it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from portal.lib.identifiers import is_gtin
from tracing.records import gs1, ma

SHORTEST, LONGEST = 8, 100
GTIN_LENGTH = 14
# The first digits of a 码上放心 code, by NMPAB/T 1002 of every code of 20 digits: they name the
# product and the level of the pack.
KIND_LENGTH = 7
# Of the name of a system, as it is stored: one of staff's is its own word.
SYSTEM_LENGTH = 16


class System(StrEnum):
    """Where a trace code comes from. The value is stored; `label` is what people read."""

    MSFX = "msfx"
    SSCC = "sscc"
    TWENTY_DIGITS = "digits20"
    GS1 = "gs1"
    MA = "ma"
    PROD_CODE = "prod_code"
    OWN = "own"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The Chinese name of the system."""
        return _LABELS[self]

    @property
    def is_public(self) -> bool:
        """Whether a code of it is one of many enterprises' and names one pack."""
        return self not in (System.PROD_CODE, System.OWN, System.UNKNOWN)


_LABELS = {
    System.MSFX: "码上放心",
    System.SSCC: "GS1 物流单元（SSCC）",
    System.TWENTY_DIGITS: "20 位追溯码（其他平台）",
    System.GS1: "GS1",
    System.MA: "MA（IDcode）",
    System.PROD_CODE: "商品码（不是追溯码）",
    System.OWN: "企业自编码",
    System.UNKNOWN: "无法识别",
}


def system_label(system: str) -> str:
    """The Chinese name of a stored system; one that staff named is its own."""
    return System(system).label if system in _LABELS else system


class Matcher(Protocol):
    """A pattern that says whether it is all of a code."""

    @property
    def pattern(self) -> str:
        """Its text."""

    def fullmatch(self, code: str, /) -> object | None:
        """Something true where the whole code fits."""


@dataclass(frozen=True, slots=True)
class RecognitionRule:
    """One line of the 识别规则库: a pattern, and the system of the codes that it claims.

    `check` names what is judged of such a code (`rule_checks`), `parts` how it is taken apart
    (`code_parts`). A code that fails `confirm` is left to the next rules. A `fixed` rule says what
    holds whatever staff do, and cannot be switched off.
    """

    name: str
    title: str
    system: str
    pattern: Matcher
    check: str = "none"
    parts: str = "none"
    confirm: Callable[[str], bool] | None = None
    built_in: bool = True
    fixed: bool = False
    enabled: bool = True

    def fits(self, code: str) -> bool:
        """Whether the rule claims a code."""
        if not self.enabled or self.pattern.fullmatch(code) is None:
            return False
        return self.confirm is None or self.confirm(code)


_ADDRESSED = re.compile(r"(?<![0-9])8[0-9]{19}(?![0-9])")
# The first code in an address counts; (?>…) goes back to look for no other, which would take the
# square of what a cell holds.
_URL = re.compile(rf"https?://(?>.*?({_ADDRESSED.pattern})).*", re.IGNORECASE)
PLAIN = re.compile(r"8[0-9]{19}")
# EAN-13 of China with or without the leading zero of a GTIN-14: a product, not a pack.
_PROD_CODE = re.compile(r"0?69[0-9]{11,12}")
# The GTIN-14 of an item or of a box of it, as consumables are told of by.
_DEVICE_IDENTIFIER = re.compile(r"[0-8]69[0-9]{11}")
# Symbols that nobody takes for what parts two codes, or for quotes or brackets around one.
OWN_SYMBOLS = "-._:#*$%@"
# Letters and digits, at least one of these, parted by single symbols.
_OWN = re.compile(
    rf"(?=.{{{SHORTEST},{LONGEST}}}$)(?=.*[0-9])"
    rf"[0-9A-Za-z]++(?:[{re.escape(OWN_SYMBOLS)}][0-9A-Za-z]++)*+"
)


def _is_sscc(code: str) -> bool:
    return is_gtin(code[2:])


_SSCC = re.compile(r"00[0-9]{18}")
TWENTY_DIGITS = re.compile(r"[0-9]{20}")
_GS1 = re.compile(r"\(01\)[0-9]{14}[!-~]*")
_GS1_RAW = re.compile(r"01[0-9]{14}[!-~]*")

# In their order, codes.md 1.4: an address is looked into before it is judged, a 商品码 is refused.
RULES: tuple[RecognitionRule, ...] = (
    RecognitionRule("msfx-url", "码上放心网址", System.MSFX, _URL, fixed=True),
    RecognitionRule("msfx", "码上放心", System.MSFX, PLAIN, parts="msfx"),
    RecognitionRule("sscc", "GS1 物流单元", System.SSCC, _SSCC, "sscc", "sscc", _is_sscc),
    RecognitionRule("digits20", "20 位数字", System.TWENTY_DIGITS, TWENTY_DIGITS, parts="first7"),
    RecognitionRule("gs1", "GS1（带括号）", System.GS1, _GS1, "gs1", "gs1"),
    RecognitionRule("gs1-raw", "GS1（无分隔符）", System.GS1, _GS1_RAW, "gs1", "gs1", gs1.is_raw),
    RecognitionRule("ma", "MA 码", System.MA, ma.FORM, "ma", "ma"),
    RecognitionRule("prod-code", "商品码", System.PROD_CODE, _PROD_CODE, fixed=True),
    RecognitionRule("own", "企业自编码", System.OWN, _OWN, "own"),
)


def recognise(code: str) -> System:
    """The system a code comes from by the built-in rules; UNKNOWN for what reads as no code."""
    # The two that files are full of; what they claim no rule before theirs does.
    if PLAIN.fullmatch(code):
        return System.MSFX
    if _GS1.fullmatch(code):
        return System.GS1
    return next((System(rule.system) for rule in RULES if rule.fits(code)), System.UNKNOWN)


def is_plain(code: str) -> bool:
    """Whether a code is the common 20-digit one, about which nothing more can be said."""
    return PLAIN.fullmatch(code) is not None


def kind_of_pack(code: str) -> str | None:
    """What a code in its canonical form says of the kind of pack it is printed on: the seven digits
    of 码上放心, the GTIN of a GS1 string; None where its system says nothing.
    """
    if is_plain(code):
        return code[:KIND_LENGTH]
    return gs1.gtin_of(code) if code.startswith("(01)") else None


def is_prod_code(code: str) -> bool:
    """Whether a code is a 商品码, which names a product and can trace no pack."""
    return _PROD_CODE.fullmatch(code) is not None


def is_device_identifier(code: str) -> bool:
    """Whether a code is the bare GTIN-14 of an item of China or of a box of it, right or not."""
    return _DEVICE_IDENTIFIER.fullmatch(code) is not None


def names_one_pack(code: str) -> bool:
    """Whether a folded code is one of a public system, so that no other reading need be sought."""
    return recognise(canonical(code)).is_public


def addressed(text: str) -> frozenset[str]:
    """The codes inside a 码上放心 address; none in any other text."""
    return frozenset(_ADDRESSED.findall(text)) if _URL.fullmatch(text) else frozenset()


def canonical(code: str, *, devices: bool = False) -> str:
    """The form in which a folded code is stored and looked up.

    A 码上放心 address becomes the code inside it, a GS1 string of certain parts its bracketed form,
    an MA code starts with capitals, a bare GTIN-14 is a DI. With `devices` one of China is a DI
    too, right or not, and no 商品码.
    """
    address = _URL.fullmatch(code)
    if address:
        return address[1]
    code = ma.canonical(gs1.canonical(code))
    return f"(01){code}" if _is_device_identifier(code, devices) else code


def _is_device_identifier(code: str, devices: bool) -> bool:
    if devices and is_device_identifier(code):
        return True
    return len(code) == GTIN_LENGTH and is_gtin(code) and not is_prod_code(code)
