"""Check digits of MA codes (IDcode, ZIIOT), which no library knows.

The rule was worked out from published codes and does not hold for all of them, so a wrong digit
is only ever a remark.
"""

from __future__ import annotations

import re

# 0-9, A-Z and a-g count up from 0; h-z go on at 45. The gap is in the published table.
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
_AFTER_GAP = "hijklmnopqrstuvwxyz-.@$,*+%/#!^~"
_VALUE = {c: v for v, c in enumerate(_ALPHABET)} | {c: v for v, c in enumerate(_AFTER_GAP, 45)}

DI_PARTS = 5
# The parts of a PI by their letters: serial, lot and lot of sterilisation, days, the check digit.
_DAY = "(?:[0-9]{2}){1,2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"
_PART = re.compile(rf"[SLD].+|[MEV]{_DAY}|C[0-9]")

_HEAD = re.compile(r"MA\.[0-9]{3}\.M0\.", re.IGNORECASE)
# Registrant, product and what was made; beside letters and digits what has a value in the table.
FORM = re.compile(r"MA\.[0-9]{3}\.M0\.[0-9A-Za-z]+(?:\.[-0-9A-Za-z@$,*+%/#!^~]++)+")


def canonical(code: str) -> str:
    """The letters that every MA code starts with in capitals; the case of the others counts.

    A code that does not start so comes back unchanged.
    """
    return _HEAD.sub(lambda head: head[0].upper(), code, count=1) if _HEAD.match(code) else code


def is_meant(code: str) -> bool:
    """Whether somebody meant an MA code, however it reads."""
    return code[:3].upper() == "MA."


def ma_check_digit(payload: str) -> str | None:
    """The check digit of a payload, None when a character has no value in the table.

    Values are written as decimals one after the other. The last digit counts once, the one before
    it twice, and so on; the digits of the products are summed mod 10.
    """
    if any(character not in _VALUE for character in payload):
        return None
    digits = "".join(str(_VALUE[character]) for character in payload)
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        product = digit * 2 if place % 2 else digit
        total += product - 9 if product > 9 else product
    return str(-total % 10)


def device_identifier(code: str) -> str:
    """The DI of an MA code: its first five parts."""
    return ".".join(code.split(".")[:DI_PARTS])


def registrant(code: str) -> str:
    """The head of an MA code and who was registered: all of its DI but the product."""
    return ".".join(code.split(".")[: DI_PARTS - 1])


def strange_part(code: str) -> str | None:
    """The first part of the PI that has no known letter, that says no day where one is due, or
    whose letter was there before; None where every part reads well.
    """
    seen = set()
    for part in code.split(".")[DI_PARTS:]:
        if part[0] in seen or not _PART.fullmatch(part):
            return part
        seen.add(part[0])
    return None


def wrong_check_digit(code: str) -> tuple[str, str] | None:
    """The digit found and the digit expected, for the DI or else the PI; None when both agree."""
    identifier = device_identifier(code)
    production = code[len(identifier) :]
    pairs = [(identifier[:-1], identifier[-1])]
    if len(production) > 3 and production[-3:-1] == ".C":
        pairs.append((production[:-3], production[-1]))
    for payload, found in pairs:
        expected = ma_check_digit(payload)
        if expected is not None and expected != found:
            return found, expected
    return None
