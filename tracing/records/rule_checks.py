"""What the 识别规则 judge of the codes that they claim: each check by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from portal.lib.identifiers import gtin_check_digit
from tracing.records import gs1, ma, trace_codes
from tracing.records.cells import shown
from tracing.records.damaged_codes import flaw_of_own, stray_among_digits
from tracing.records.terms import Bad
from tracing.records.trace_codes import System


def _nothing(_: str) -> Bad | None:
    return None


def _gtin_doubts(digits: str) -> Bad | None:
    """The last digit of a number is the check digit of the others, mod 10."""
    if not (digits.isascii() and digits.isdecimal()):
        return Bad("trace_code_form", (shown(digits), "应校验的部分不全是数字"))
    expected = gtin_check_digit(digits[:-1])
    return None if expected == digits[-1] else Bad("gs1_gtin_check_digit", (digits, expected))


def _sscc_doubts(code: str) -> Bad | None:
    """The 18 digits behind 00 end in their check digit."""
    wrong = gs1.wrong_sscc(f"(00){code[2:]}")
    return wrong and Bad("sscc_check_digit", wrong)


def _gs1_doubts(code: str) -> Bad | None:
    """An element string: its parts and its GTIN; without separators its parts are uncertain."""
    if code.startswith("("):
        return _bracketed_doubts(code)
    if gs1.is_raw(code):
        return Bad("gs1_ambiguous", (shown(code),))
    return _raw_gs1_doubts(code) or _unparted(code)


def _bracketed_doubts(code: str) -> Bad | None:
    wrong = gs1.wrong_sscc(code)
    if wrong is not None:
        return Bad("sscc_check_digit", wrong)
    if not gs1.is_well_formed(code):
        return _unparted(code)
    return _gtin_inside_doubts(code)


def _raw_gs1_doubts(code: str) -> Bad | None:
    """What keeps a string without brackets from being the element string that it looks like."""
    if trace_codes.is_device_identifier(code):
        return _gtin_inside_doubts(f"(01){code}")
    if not gs1.is_meant(code):
        return None
    return _gtin_inside_doubts(code) or _unparted(code)


def _unparted(code: str) -> Bad:
    """Why an element string cannot be taken apart."""
    day = gs1.impossible_day(code)
    if day is None:
        return Bad("gs1_form", (shown(code),))
    identifier, digits = day
    return Bad("gs1_day", (shown(code), identifier, gs1.DAYS[identifier], digits))


def _gtin_inside_doubts(code: str) -> Bad | None:
    expected = gs1.wrong_gtin_digit(code)
    if expected is None:
        return None
    return Bad("gs1_gtin_check_digit", (gs1.gtin_of(code), expected))


def _ma_doubts(code: str) -> Bad | None:
    if not ma.FORM.fullmatch(code):
        return Bad("ma_form", (shown(code),))
    wrong = ma.wrong_check_digit(code)
    if wrong is not None:
        return Bad("ma_check_digit", (shown(code), *wrong))
    part = ma.strange_part(code)
    return None if part is None else Bad("ma_part", (shown(code), shown(part)))


def _slip_doubts(code: str) -> Bad | None:
    """Which code of another system a code was probably meant to be."""
    if ma.is_meant(code):
        return _ma_doubts(code)
    return _raw_gs1_doubts(code) or stray_among_digits(code)


class NamedCheck(NamedTuple):
    """A check as staff choose it: its title, and what it has against a code."""

    title: str
    judge: Callable[[str], Bad | None]


CHECKS: dict[str, NamedCheck] = {
    "none": NamedCheck("不校验", _nothing),
    "gtin": NamedCheck("GTIN 校验位（模 10）", _gtin_doubts),
    "sscc": NamedCheck("SSCC 校验位（模 10）", _sscc_doubts),
    "gs1": NamedCheck("GS1 应用标识符和 GTIN", _gs1_doubts),
    "ma": NamedCheck("MA 码结构和校验位（提醒）", _ma_doubts),
    "own": NamedCheck("不像写错的其他编码", _slip_doubts),
}


def unclaimed_doubts(code: str) -> Bad:
    """What is said of a code that no rule claims: what damaged it, else that it is unfamiliar."""
    bad = _bracketed_doubts(code) if code.startswith("(") else _slip_doubts(code)
    if bad is not None:
        return bad
    if trace_codes.recognise(code) is System.UNKNOWN:
        return Bad("trace_code_form", (shown(code), flaw_of_own(code)))
    return Bad("trace_code_unrecognised", (shown(code), str(len(code))))


def own_remark(code: str) -> Bad:
    """That a code was taken for one of an enterprise's own making."""
    return Bad("trace_code_own", (shown(code), str(len(code))))
