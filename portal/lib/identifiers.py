"""Check digits of the numbers people, firms and goods carry. Pure functions over clean text.

Texts are expected without blanks and in upper case. `…_flaw` functions return the first thing
wrong, or None for a good number; they never raise for any text.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

# What forms and lists call the number of a firm.
CREDIT_CODE = "统一社会信用代码"

# GB 32100 leaves out I, O, S, V and Z.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
# GB 11714 counts every letter, in the order of the whole alphabet.
_ORGANISATION_VALUE = {c: v for v, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


class UsccFlaw(StrEnum):
    """What can be wrong with a 统一社会信用代码."""

    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"
    ORGANISATION_DIGIT = "organisation_digit"


class IdNumberFlaw(StrEnum):
    """What can be wrong with a 居民身份证 number."""

    FORM = "form"
    BIRTHDAY = "birthday"
    CHECK_DIGIT = "check_digit"


def gtin_check_digit(payload: str) -> str:
    """The last digit of a GTIN, SSCC or 本位码 from the digits before it (GB 12904, mod 10)."""
    total = 3 * sum(map(int, payload[::-2])) + sum(map(int, payload[-2::-2]))
    return str(-total % 10)


def is_gtin(code: str) -> bool:
    """Whether ASCII digits of any length end in their GS1 check digit."""
    return (
        len(code) > 1
        and code.isascii()
        and code.isdecimal()
        and gtin_check_digit(code[:-1]) == code[-1]
    )


def uscc_check_digit(first_17: str) -> str:
    """The 18th character from the 17 before it (GB 32100). Raises KeyError outside its alphabet."""
    total = sum(w * _USCC_VALUE[c] for w, c in zip(_USCC_WEIGHTS, first_17, strict=True))
    return USCC_ALPHABET[-total % 31]


def organisation_check_digit(first_8: str) -> str:
    """The ninth character of an organisation code from the eight before it (GB 11714)."""
    pairs = zip(_ORGANISATION_WEIGHTS, first_8, strict=True)
    remainder = -sum(w * _ORGANISATION_VALUE[c] for w, c in pairs) % 11
    return "X" if remainder == 10 else str(remainder)


def uscc_strange_place(code: str) -> int | None:
    """The place, from 0, of the first character that no 统一社会信用代码 has; None if all fit."""
    return next((i for i, c in enumerate(code) if c not in _USCC_VALUE), None)


def uscc_flaw(code: str) -> UsccFlaw | None:
    """The first thing wrong with a 统一社会信用代码, the check of its organisation code last.

    The region in places 3 to 8 is not looked up: regions are abolished, the code stays. Places
    1 and 2 may be letters for bodies that are no companies.
    """
    if len(code) != 18:
        return UsccFlaw.LENGTH
    if uscc_strange_place(code) is not None:
        return UsccFlaw.CHARACTERS
    if uscc_check_digit(code[:17]) != code[17]:
        return UsccFlaw.CHECK_DIGIT
    if organisation_check_digit(code[8:16]) != code[16]:
        return UsccFlaw.ORGANISATION_DIGIT
    return None


def id_number_check_digit(first_17: str) -> str:
    """The last character of a 居民身份证 number from its 17 digits (GB 11643, mod 11-2)."""
    total = sum(w * int(c) for w, c in zip(_ID_WEIGHTS, first_17, strict=True))
    remainder = (12 - total) % 11
    return "X" if remainder == 10 else str(remainder)


def id_number_flaw(number: str) -> IdNumberFlaw | None:
    """The first thing wrong with an 18-character 居民身份证 number.

    The region is not looked up: residents of Hong Kong, Macau and Taiwan (81, 82, 83) and
    foreigners with a permanent card (9) have numbers of the same form outside the region table.
    """
    if not _ID_NUMBER.fullmatch(number):
        return IdNumberFlaw.FORM
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdNumberFlaw.BIRTHDAY
    if id_number_check_digit(number[:17]) != number[17]:
        return IdNumberFlaw.CHECK_DIGIT
    return None
