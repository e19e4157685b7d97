"""GS1 element strings as trace codes: (01) GTIN, then dates, batch (10) and serial (21)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from biip import ParseError
from biip.gs1_messages import GS1Message

from portal.lib.identifiers import gtin_check_digit

# FNC1 as scanners send it, and the ways in which people and programs spell it.
SEPARATOR = "\x1d"
_SPELLED_SEPARATOR = re.compile(
    r"<(?:GS|FNC1)>|\{(?:GS|FNC1)\}|\[(?:GS|FNC1)\]|\^\]|_x001D_|\\x1D|\\u001D|\u241d",
    re.IGNORECASE,
)
# Scanners put it before what they read: the kind of symbol, not a part of the code.
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z]")

# The days of the calendar, and 00 for the end of a month. Every fourth year of the hundred that
# two digits can mean is a leap year.
_LEAP_YEAR = "(?:[02468][048]|[13579][26])"
_DAY = (
    "(?:[0-9]{2}(?:(?:0[13578]|1[02])(?:[0-2][0-9]|3[01])|(?:0[469]|11)(?:[0-2][0-9]|30)"
    f"|02(?:[01][0-9]|2[0-8]))|{_LEAP_YEAR}0229)"
)
# The identifiers of days, and what they are called.
DAYS = {"11": "生产日期", "13": "包装日期", "15": "保质期", "17": "有效期"}
_DATES = "|".join(DAYS)
# What a batch or a serial may hold; brackets may stand there too, but then nobody can tell them
# from those around the identifiers.
_VALUE = r"[!\"%-'*-?A-Z_a-z]"
_LONGEST_VALUE = 20
_BRACKETED = re.compile(
    rf"(?:\(01\)[0-9]{{14}}|\((?:{_DATES})\){_DAY}|\((?:10|21)\){_VALUE}{{1,{_LONGEST_VALUE}}})+"
)
# What most element strings are: canonical already, where no separator is spelled in a value.
_USUAL = re.compile(
    r"\(01\)[0-9]{14}"
    + "".join(rf"(?:\({name}\){_DAY})?" for name in _DATES.split("|"))
    + "".join(rf"(?:\({name}\){_VALUE}{{1,{_LONGEST_VALUE}}})?" for name in ("10", "21"))
)
_BRACKETED_PART = re.compile(r"\(([0-9]{2})\)([^(]+)")
_RAW = re.compile(
    rf"01(?P<gtin>[0-9]{{14}})(?P<dates>(?:(?:{_DATES}){_DAY})*)"
    rf"(?:(?P<last>10|21)(?P<value>{_VALUE}+))?"
)
_RAW_DATE_LENGTH = 8
# Days as they are written, whether a calendar has them or not.
_BRACKETED_DAY = re.compile(rf"\(({_DATES})\)([0-9]{{6}})(?![0-9])")
_RAW_DAYS = re.compile(rf"01[0-9]{{14}}((?:(?:{_DATES})[0-9]{{6}})+)")
_RAW_DAY = re.compile(r"([0-9]{2})([0-9]{6})")
_MEANT = re.compile(rf"01[01]69[0-9]{{11}}(?:$|(?:{_DATES})[0-9]{{6}}|(?:10|21){_VALUE})")
# What a last value holds where another part may have lost its separator: behind a batch a serial,
# behind a serial a date and perhaps a batch.
_HIDDEN = {
    "10": re.compile(r".+?21.+"),
    "21": re.compile(rf".+?(?:{_DATES}){_DAY}(?:10.+)?"),
}
# No symbol holds more; the library need not look at it.
_LONGEST_MESSAGE = 200
_BRACKETED_SSCC = re.compile(r"\(00\)([0-9]{18})")


class Element(NamedTuple):
    """An application identifier and its value.

    `ends_itself` where the identifier fixes the length: no separator follows it.
    """

    ends_itself: bool
    identifier: str
    value: str


def gtin_of(code: str) -> str:
    """The 14 digits after a leading 01 or (01)."""
    return code[4:18] if code.startswith("(") else code[2:16]


def wrong_sscc(code: str) -> tuple[str, str] | None:
    """The SSCC written behind (00) and the check digit it should end in, None for all others."""
    carton = _BRACKETED_SSCC.fullmatch(code)
    expected = carton and _wrong_digit(carton[1])
    return (carton[1], expected) if carton and expected else None


def is_meant(code: str) -> bool:
    """Whether a string without brackets is an element string that somebody meant.

    An enterprise may start its own codes with 01: a GTIN of China, right or not, is there and
    nothing or a known identifier behind it.
    """
    return _MEANT.match(code) is not None


def wrong_gtin_digit(code: str) -> str | None:
    """The check digit that the GTIN of an element string should end in; None when it does."""
    return _wrong_digit(gtin_of(code))


@lru_cache(maxsize=1024)
def _wrong_digit(number: str) -> str | None:
    """A file holds the packs of a few products, so that few GTINs are worked out."""
    expected = gtin_check_digit(number[:-1])
    return None if expected == number[-1] else expected


def is_raw(code: str) -> bool:
    """Whether a string without brackets and separators may be an element string.

    An enterprise may start its own codes with 01: only a right GTIN tells.
    """
    return _RAW.fullmatch(code) is not None and wrong_gtin_digit(code) is None


def is_well_formed(code: str) -> bool:
    """Whether a bracketed string splits into known identifiers, each there once, (01) among them"""
    if _SPELLED_SEPARATOR.search(code):
        return False
    return _USUAL.fullmatch(code) is not None or (
        code.startswith("(") and _elements(code) is not None
    )


def impossible_day(code: str) -> tuple[str, str] | None:
    """The identifier and the digits of the first day in an element string that no calendar has."""
    if code.startswith("("):
        days = _BRACKETED_DAY.findall(code)
    else:
        run = _RAW_DAYS.match(code)
        days = _RAW_DAY.findall(run[1]) if run else []
    return next((day for day in days if not re.fullmatch(_DAY, day[1])), None)


def canonical(code: str) -> str:
    """One spelling for what scanners and people write: bracketed where the parts are certain.

    The identifiers come in one order, those of fixed length first, since their order says nothing
    about the pack. A string whose parts cannot be told apart stays as it is, a code that is not
    GS1 too, but for what the scanner put before and behind it.
    """
    if _USUAL.fullmatch(code) and not _SPELLED_SEPARATOR.search(code):
        return code
    scanned = _SYMBOLOGY.sub("", code)
    plain = _SPELLED_SEPARATOR.sub(SEPARATOR, scanned).strip(SEPARATOR)
    carton = _BRACKETED_SSCC.fullmatch(plain)
    if carton:
        # Without its brackets a wrong one would be the code of another platform.
        return plain if _wrong_digit(carton[1]) else f"00{carton[1]}"
    elements = _elements(plain)
    if elements is not None:
        return "".join(f"({part.identifier}){part.value}" for part in elements)
    return scanned if SEPARATOR in plain else plain


def elements(code: str) -> list[Element]:
    """The parts of an element string in canonical order; none where they are not certain."""
    return _elements(code) or []


def _elements(code: str) -> list[Element] | None:
    """The parts of an element string in canonical order; None where they are not certain."""
    if code.startswith("("):
        found = _of_bracketed(code.replace(f"{SEPARATOR}(", "("))
    elif SEPARATOR in code:
        found = _of_message(_parsed(code, bracketed=False))
    else:
        found = _of_raw(code)
    identifiers = {part.identifier for part in found}
    if "01" not in identifiers or len(identifiers) < len(found):
        return None
    if any("(" in part.value or ")" in part.value for part in found):
        return None
    return sorted(found, key=_place)


def _place(part: Element) -> tuple[bool, bool, str]:
    """The product first, then what ends by itself, then the rest, each by number."""
    return part.identifier != "01", not part.ends_itself, part.identifier


def _of_bracketed(code: str) -> list[Element]:
    if _BRACKETED.fullmatch(code):
        parts = _BRACKETED_PART.findall(code)
        return [Element(name not in ("10", "21"), name, value) for name, value in parts]
    message = _parsed(code, bracketed=True)
    # The library passes over an identifier without a value: then it would write another string.
    return _of_message(message) if message is not None and message.as_hri() == code else []


def _of_raw(code: str) -> list[Element]:
    """Without separators only one part may be of any length, and it must be the last."""
    found = _RAW.fullmatch(code)
    if found is None or _wrong_digit(found["gtin"]) is not None:
        return []
    dates = found["dates"]
    steps = range(0, len(dates), _RAW_DATE_LENGTH)
    elements = [Element(True, "01", found["gtin"])]
    elements += [Element(True, dates[at : at + 2], dates[at + 2 : at + 8]) for at in steps]
    last, value = found["last"], found["value"]
    if last is None:
        return elements
    if len(value) > _LONGEST_VALUE or _HIDDEN[last].fullmatch(value):
        return []
    return [*elements, Element(False, last, value)]


def _of_message(message: GS1Message | None) -> list[Element]:
    if message is None:
        return []
    return [
        Element(not part.ai.separator_required, part.ai.ai, part.value)
        for part in message.element_strings
    ]


def _parsed(code: str, *, bracketed: bool) -> GS1Message | None:
    """What biip makes of a string; it is the judge of the unusual identifiers."""
    if len(code) > _LONGEST_MESSAGE:
        return None
    try:
        return GS1Message.parse_hri(code) if bracketed else GS1Message.parse(code)
    except ParseError:
        return None
