"""UDI, the codes of consumables: what a string in its canonical form says of itself.

A UDI is a DI, which names the product and the pack level, and a PI: lot, serial and dates. Three
agencies issue them: GS1 and MA have a grammar, AHM has none that is published, so its strings are
kept and compared as they are.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from tracing.records import gs1, ma
from tracing.records.trace_codes import System, recognise

_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^(]+)")
# What GS1 and MA call the parts of a PI.
_GS1_NAMES = {"10": "lot", "21": "serial", "11": "made", "17": "expires"}
_MA_NAMES = {"L": "lot", "S": "serial", "M": "made", "E": "expires"}
# Two digits of a year from here on are of the century before.
_CENTURY = 51


class Production(NamedTuple):
    """The PI of a UDI: what it does not say is None. Of an impossible date nothing is said."""

    lot: str | None = None
    serial: str | None = None
    made: date | None = None
    expires: date | None = None


def device_identifier(code: str) -> str | None:
    """The DI of a UDI as it is kept where it stands alone; None where nobody can tell it."""
    match recognise(code):
        case System.GS1:
            return f"(01){gs1.gtin_of(code)}"
        case System.MA:
            return ma.device_identifier(code)
        case _:
            return None


def production(code: str) -> Production | None:
    """The PI of a UDI; None where nobody can tell its parts apart."""
    match recognise(code):
        case System.GS1 if gs1.is_well_formed(code):
            parts = dict(_BRACKETED.findall(code))
            return _read({name: parts.get(key) for key, name in _GS1_NAMES.items()})
        case System.MA:
            rest = code[len(ma.device_identifier(code)) :].split(".")
            parts = {part[0]: part[1:] for part in rest if part}
            return _read({name: parts.get(key) for key, name in _MA_NAMES.items()})
        case _:
            return None


def stands_for_lot(code: str, pieces: Decimal | None = None) -> bool:
    """Whether every piece of a lot bears the same code: it can be taken apart and has no serial, or
    nobody can take it apart and it stands for more than one piece.
    """
    made = production(code)
    if made is None:
        return pieces is not None and pieces > 1
    return made.serial is None


def is_bare(code: str) -> bool:
    """Whether a UDI is a DI and nothing else."""
    return code == device_identifier(code)


def _read(parts: dict[str, str | None]) -> Production:
    return Production(
        parts["lot"], parts["serial"], _day(parts["made"] or ""), _day(parts["expires"] or "")
    )


@lru_cache(maxsize=1024)  # A file has few days, each in every code of its lot.
def _day(text: str) -> date | None:
    """The day of six or eight digits; 00 is the last day of its month."""
    if not (text.isascii() and text.isdecimal() and len(text) in (6, 8)):
        return None
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if len(text) == len("YYMMDD"):
        year += 1900 if year >= _CENTURY else 2000
    if not 1 <= month <= 12 or year < 1:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day <= last else None
