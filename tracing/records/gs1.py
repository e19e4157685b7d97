"""GS1 element strings as trace codes: (01) GTIN, then dates, batch (10) and serial (21)."""

from __future__ import annotations

import re
from functools import lru_cache

from biip import ParseError
from biip.gs1_messages import GS1Message

from portal.lib.identifiers import gtin_check_digit

# FNC1 as scanners send it, and the ways in which people and programs spell it.
SEPARATOR = "\x1d"
_SPELLED_SEPARATOR = re.compile(r"<GS>|\{GS\}|\^\]|_x001D_", re.IGNORECASE)
_SYMBOLOGY = re.compile(r"^\](?:d2|C1|Q3)(?=[0-9]{16})")

_DAY = r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"
_BRACKETED = re.compile(
    rf"\(01\)[0-9]{{14}}(?:\((?:11|13|15|17)\){_DAY}|\((?:10|21)\)[!%-'*-?A-Z_a-z\"]{{1,20}})*"
)
_RAW = re.compile(rf"01[0-9]{{14}}(?:(?:11|13|15|17){_DAY})*(?:(?:10|21)[!%-?A-Z_a-z\"]+)?")
# A batch that runs on to the end of the string and holds what may be a serial number.
_HIDDEN_SERIAL = re.compile(rf"01[0-9]{{14}}(?:(?:11|13|15|17){_DAY})*10[^\x1d]+?21[^\x1d]+")
_BRACKETED_SSCC = re.compile(r"\(00\)([0-9]{18})")


def gtin_of(code: str) -> str:
    """The 14 digits after a leading 01 or (01)."""
    return code[4:18] if code.startswith("(") else code[2:16]


def wrong_gtin_digit(code: str) -> str | None:
    """The check digit that the GTIN of an element string should end in; None when it does."""
    return _wrong_digit(gtin_of(code))


@lru_cache(maxsize=1024)
def _wrong_digit(gtin: str) -> str | None:
    """A file holds the packs of a few products, so that few GTINs are worked out."""
    expected = gtin_check_digit(gtin[:13])
    return None if expected == gtin[13] else expected


def is_well_formed(code: str) -> bool:
    """Whether an element string that starts with 01 or (01) splits into known identifiers."""
    if not code.startswith("("):
        return _RAW.fullmatch(code) is not None
    if _BRACKETED.fullmatch(code):
        return True
    message = _parsed(code, bracketed=True)
    # The library passes over an identifier without a value: then it would write another string.
    return message is not None and message.as_hri() == code


def hides_a_serial(code: str) -> bool:
    """Whether a string without brackets and separators can be split in more than one way."""
    return _HIDDEN_SERIAL.fullmatch(code) is not None


def canonical(code: str) -> str:
    """One spelling for what scanners and people write: bracketed where the parts are certain.

    A string with separators becomes the bracketed form; one without them stays as it is, because
    its parts cannot be told apart. A code that is not GS1 comes back unchanged.
    """
    carton = _BRACKETED_SSCC.fullmatch(code)
    if carton:
        return f"00{carton[1]}"
    plain = _SYMBOLOGY.sub("", code)
    if not plain.startswith("01"):
        return plain
    plain = _SPELLED_SEPARATOR.sub(SEPARATOR, plain)
    if SEPARATOR not in plain:
        return plain
    message = _parsed(plain, bracketed=False)
    return plain if message is None else message.as_hri()


def _parsed(code: str, *, bracketed: bool) -> GS1Message | None:
    """What biip makes of a string; it is the judge of the unusual identifiers."""
    try:
        return GS1Message.parse_hri(code) if bracketed else GS1Message.parse(code)
    except ParseError:
        return None
