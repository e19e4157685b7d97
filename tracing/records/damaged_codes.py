"""What spreadsheets, scanners and hands do to a code on its way, and what was probably meant.

A damaged code must not be taken for a code of an enterprise's own making: it would stand beside
the right one as a second pack. What is put around a code is taken off; everything else is refused
with what was probably meant, and never mended by guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.lib.identifiers import is_gtin
from tracing.records import gs1, ma
from tracing.records.cells import code_cell, fold_line, shown
from tracing.records.terms import Bad, Cell
from tracing.records.trace_codes import (
    OWN_SYMBOLS,
    System,
    addressed,
    canonical,
    is_prod_code,
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
# What has more parts is no list of codes that anybody would want counted.
_MOST_PARTS = 50
_JOINED = re.compile(r"(?:[0-9]{20}){2,}")
# Symbols that an own code may hold part codes as well. Whole codes of public systems are found by
# where they begin; the digits of 码上放心 also between letters.
_BEGINS = r"01(?P<gtin>[0-9]{14})|MA\.[0-9]{3}\.M0\.|[0-9]{20}(?![0-9A-Za-z])"
_WITHIN = re.compile(
    r"(?<![0-9])8[0-9]{19}(?![0-9])"
    rf"|(?<![0-9A-Za-z])(?:\(01\)[0-9]{{14}}|0?69[0-9]{{11,12}}(?![0-9A-Za-z])|{_BEGINS})",
    re.IGNORECASE,
)
_BEHIND_SYMBOL = re.compile(rf"(?<=[{re.escape(OWN_SYMBOLS)}])(?:{_BEGINS})", re.IGNORECASE)

_DIGITS = 20
# More letters and symbols than this are no slip of the hand: the standard allows them. Letters that
# are written like a digit are slips as long as digits prevail.
_MOST_STRAY = 3
_MOST_ALIKE = _DIGITS // 2
_ALIKE = "OoIl"
# 20 digits, those of 码上放心 also with symbols in place of some, or those of a GTIN of China: as
# 商品码, or as the DI of a consumable.
_NEAR_DIGITS = re.compile(
    r"[0-9][0-9A-Za-z]{19}|[0-8]?69[0-9A-Za-z]{11}"
    rf"|8[0-9A-Za-z{re.escape(OWN_SYMBOLS)}]{{{_DIGITS - 1}}}"
)
_PARTED_DIGITS = re.compile(rf"8[{re.escape(OWN_SYMBOLS)}0-9]{{20,}}")
_LOOK_ALIKE = str.maketrans("OoQDIilLZzSsBGq", "000011112255869")
_SURELY_DIGITS = str.maketrans(_ALIKE, "0011")
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


def damage(cell: Cell, code: str, stored: str, *, claimed: bool = False) -> Bad | None:
    """Why a cell holds no single trace code.

    `code` is what `bare_code` made of it, `stored` the canonical form of that. What a rule of staff
    has `claimed` is one code whatever parts it, unless whole codes of public systems are in it.
    """
    line = fold_line(cell) if isinstance(cell, str) else code
    system = recognise(stored)
    if system.is_public:
        inside, count = [], _public_codes_in(line, code, 1 + _further(stored, system))
    else:
        inside = list(_whole_codes(line))
        count = max(0 if claimed else _others_in(line, code), len(inside))
    if count > 1:
        # Quoted with what stands between the codes, for that is what is wrong with it.
        typed = cell.strip() if isinstance(cell, str) else code
        return Bad("trace_code_several", (shown(typed), str(count)))
    if (fraction := _FRACTION.fullmatch(code)) and not claimed:
        return _decimal(code, fraction[1])
    own = claimed or system is System.OWN
    return _added_to(inside[0], line) if inside and own else None


def _added_to(whole: str, line: str) -> Bad:
    """A whole code of a public system with something added, which is no own code."""
    if is_prod_code(whole):
        return Bad("trace_code_is_prod_code", (whole,))
    return Bad("trace_code_within", (shown(line), shown(whole)))


def stray_among_digits(code: str) -> Bad | None:
    """Letters or symbols in what would else be a code of digits alone.

    A letter in front is an enterprise's own doing, and so are more than a few.
    """
    if _NEAR_DIGITS.fullmatch(code):
        stray = [not character.isdecimal() for character in code]
        alike = sum(map(code.count, _ALIKE))
        if not any(stray) or sum(stray) - alike > _MOST_STRAY or sum(stray) > _MOST_ALIKE:
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


def only_code(line: str) -> str | None:
    """The one whole code of a public system that a folded line holds, however often and beside
    whatever; None where there are several, or none.
    """
    parts = set(_parts(line)) or set(_halves(line.replace(" ", "")))
    held = {canonical(part) for part in parts if names_one_pack(part)}
    held |= {canonical(code) for code in _whole_codes(line)}
    return held.pop() if len(held) == 1 else None


def _halves(code: str) -> list[str]:
    """The codes of 20 digits that stand one behind the other."""
    if not _JOINED.fullmatch(code):
        return []
    return [code[at : at + _DIGITS] for at in range(0, len(code), _DIGITS)]


def digits_meant(line: str) -> str | None:
    """The digits of a code in which nothing but O, I or l stands for one, or symbols part them;
    None where another letter leaves them open.
    """
    code = line.replace(" ", "")
    if _PARTED_DIGITS.fullmatch(code):
        digits = "".join(filter(str.isdecimal, code))
        return digits if len(digits) == _DIGITS else None
    meant = code.translate(_SURELY_DIGITS)
    return meant if meant.isdecimal() and _NEAR_DIGITS.fullmatch(code) else None


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
    return [place for place, is_stray in enumerate(stray, start=1) if is_stray][:_MOST_STRAY]


def _unwrapped(text: str) -> str:
    for _ in range(_MOST_WRAPPERS):
        wrapped = _WRAPPED.fullmatch(text) if text.startswith(_WRAPPERS) else None
        if wrapped is None:
            break
        text = (wrapped["quoted"] or wrapped["text"] or "").strip()
    return text


def _decimal(text: str, whole: str) -> Bad:
    return Bad("code_decimal", (shown(text), shown(whole)))


def _public_codes_in(line: str, code: str, begun: int) -> int:
    """How many codes stand in a cell that reads as one of a public system; `begun` were seen in it.

    A GS1 or MA code may hold a comma or a slash: only further whole codes of such systems count.
    """
    if within := addressed(code):
        return len(within)
    return max(begun, sum(map(names_one_pack, _parts(line))))


def _others_in(line: str, code: str) -> int:
    """How many codes stand in a cell that reads as an own code, or as none.

    Blanks may lie inside one code, as between the two parts of 20 printed digits.
    """
    if _JOINED.fullmatch(code):
        return len(code) // _DIGITS
    parts = _parts(line)
    own = all(recognise(part) is not System.UNKNOWN for part in parts)
    return max(len(parts) * own, sum(map(names_one_pack, parts)))


def _parts(line: str) -> list[str]:
    """What blanks and separators part; nothing where they do not."""
    parts = [_unwrapped(part) for part in _BETWEEN_CODES.split(line) if part]
    return parts if 1 < len(parts) <= _MOST_PARTS else []


def _whole_codes(line: str) -> Iterator[str]:
    """The whole codes that a line holds beside other things, own ones left out."""
    begun = list(_WITHIN.finditer(line))
    ends = [*(found.start() for found in begun), len(line)][1:]
    for found, end in zip(begun, ends, strict=True):
        digits = found[0].isdecimal() and found["gtin"] is None
        upto = line[found.start() : end].rstrip(OWN_SYMBOLS)
        code = found[0] if digits else _BETWEEN_CODES.split(upto, maxsplit=1)[0]
        if names_one_pack(code) or is_prod_code(code):
            yield code


def _further(code: str, system: System) -> int:
    """How many codes begin within the values of a GS1 or MA code in its canonical form.

    A serial may be made of digits, so that another code begins behind a symbol only, or where a
    product is named again.
    """
    start = 0
    if system is System.MA:
        start = len(ma.registrant(code)) + len(".") + 1
    elif system is System.GS1:
        named_again = f"01{gs1.gtin_of(code)}", "(01)"
        if any(name in code[len("(01)") :] for name in named_again):
            return 1
    behind = _BEHIND_SYMBOL.finditer(code, start)
    return sum(found["gtin"] is None or is_gtin(found["gtin"]) for found in behind)
