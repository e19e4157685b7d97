"""What spreadsheets, scanners and hands do to a code on its way, and what was probably meant.

A damaged code must not be taken for a code of an enterprise's own making: it would stand beside
the right one as a second pack. What is put around a code is taken off; everything else is refused
with what was probably meant, and never mended by guess.
"""

from __future__ import annotations

import re

from tracing.records.cells import code_cell, fold_line, shown
from tracing.records.findings import Bad, Cell
from tracing.records.trace_codes import (
    OWN_SYMBOLS,
    System,
    addressed,
    names_one_pack,
    recognise,
)

# How spreadsheets and CSV files, ours too, say that a number is a text.
_WRAPPED = re.compile(r"=?\"(?P<quoted>.*)\"|'(?P<text>.*?)'?", re.DOTALL)
_WRAPPERS = ('"', "'", '="')
# Quotes around quotes: a CSV file quotes the formula by which another program kept the text.
_MOST_WRAPPERS = 4

_EXPONENT = re.compile(r"[0-9]\.[0-9]+E[+-]?[0-9]{1,3}|[0-9]E\+[0-9]{1,3}", re.IGNORECASE)
_NO_FRACTION = re.compile(r"([0-9]{8,})\.0+")
_FRACTION = re.compile(r"([0-9]+)\.[0-9]+")

_BETWEEN_CODES = re.compile(r"[\s,;/\\|、&+]+")
# What is longer, or has more parts, is no list of codes that anybody would want counted.
_LONGEST_LINE, _MOST_PARTS = 1_000, 50
_JOINED = re.compile(r"(?:8[0-9]{19}){2,}")

_DIGITS = 20
# More letters than this are no slip of the hand: the standard allows letters.
_MOST_LETTERS = 3
# 20 digits, or those of a GTIN of China: as 商品码, or as the DI of a consumable.
_NEAR_DIGITS = re.compile(r"[0-9][0-9A-Za-z]{19}|[0-8]?69[0-9A-Za-z]{11}")
_PARTED_DIGITS = re.compile(rf"8[{re.escape(OWN_SYMBOLS)}0-9]{{20,}}")
_LOOK_ALIKE = str.maketrans("OoQDIilLZzSsBGq", "000011112255869")
_UNSURE = "?"


def is_wrapped(text: str) -> bool:
    """Whether a cell has quotes around its content that a code column takes off."""
    return text.lstrip().startswith(_WRAPPERS)


def bare_code(cell: Cell) -> str | Bad | None:
    """A cell of a code column: folded text without quotes around it, None when there is none.

    What a spreadsheet's number format has spoiled is refused.
    """
    text = code_cell(cell)
    if not isinstance(text, str):
        return text
    text = _unwrapped(text)
    if _EXPONENT.fullmatch(text):
        return Bad("code_exponent", (shown(text),))
    whole = _NO_FRACTION.fullmatch(text)
    return _decimal(text, whole[1]) if whole else text or None


def damage(cell: Cell, code: str) -> Bad | None:
    """Why a cell holds no single trace code; `code` is what `bare_code` made of it."""
    fraction = _FRACTION.fullmatch(code)
    if fraction:
        return _decimal(code, fraction[1])
    # Quoted with what stands between the codes, for that is what is wrong with it.
    typed = cell.strip() if isinstance(cell, str) else code
    count = _codes_in(fold_line(typed), code)
    return Bad("trace_code_several", (shown(typed), str(count))) if count > 1 else None


def stray_among_digits(code: str) -> Bad | None:
    """Letters or symbols in what would else be a code of digits alone.

    A letter in front is an enterprise's own doing, and so are more than a few.
    """
    if _NEAR_DIGITS.fullmatch(code):
        stray = [character.isalpha() for character in code]
        if not 0 < sum(stray) <= _MOST_LETTERS:
            return None
        meant = "".join(c if c.isdecimal() else _UNSURE for c in code.translate(_LOOK_ALIKE))
    elif _PARTED_DIGITS.fullmatch(code):
        stray = [not character.isdecimal() for character in code]
        meant = "".join(filter(str.isdecimal, code))
        if len(meant) != _DIGITS or len(code) == _DIGITS:
            return None
    else:
        return None
    places = "、".join(f"第 {place} 位“{code[place - 1]}”" for place in _first(stray))
    return Bad("trace_code_not_all_digits", (shown(code), str(len(meant)), places, meant))


def flaw_of_own(code: str) -> str:
    """What keeps a text from reading as one code of an enterprise's own making, in Chinese."""
    if not any(map(str.isdecimal, code)):
        return "没有数字"
    for place, character in enumerate(code, start=1):
        inside = 1 < place < len(code) and code[place - 2].isalnum()
        if not (character.isalnum() or (inside and character in OWN_SYMBOLS)):
            return f"第 {place} 位是“{character}”"
    raise ValueError(f"{code!r} reads as one code")


def _first(stray: list[bool]) -> list[int]:
    """The first places, counted from 1."""
    return [place for place, is_stray in enumerate(stray, start=1) if is_stray][:_MOST_LETTERS]


def _unwrapped(text: str) -> str:
    for _ in range(_MOST_WRAPPERS):
        wrapped = _WRAPPED.fullmatch(text) if text.startswith(_WRAPPERS) else None
        if wrapped is None:
            break
        text = (wrapped["quoted"] or wrapped["text"] or "").strip()
    return text


def _decimal(text: str, whole: str) -> Bad:
    return Bad("code_decimal", (shown(text), shown(whole)))


def _codes_in(line: str, code: str) -> int:
    """How many codes stand in a cell; 1 also for what is none.

    Blanks may lie inside one code, as between the two parts of 20 printed digits, and a GS1 or MA
    code may hold a comma or a slash: then only further whole codes of a public system count.
    """
    if _JOINED.fullmatch(code):
        return len(code) // _DIGITS
    if inside := addressed(code):
        return len(inside)
    if len(line) > _LONGEST_LINE:
        return 1
    parts = [_unwrapped(part) for part in _BETWEEN_CODES.split(line) if part]
    if not 1 < len(parts) <= _MOST_PARTS:
        return 1
    public = sum(map(names_one_pack, parts))
    if public > 1 or names_one_pack(code):
        return public
    own = all(recognise(part) is not System.UNKNOWN for part in parts)
    return len(parts) if own else 1
