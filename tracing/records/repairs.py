"""What a failing cell surely means, by the fault that it has: a repair gives the cell anew.

A repair is offered, listed and chosen, never done in passing. It is none where anything of what was
typed is lost or may be read in two ways: an exponent, a month without a day, 03/04/2024. What a
repair gives must pass every check of its column, or it is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from portal.lib.folding import Unfoldable
from portal.lib.identifiers import uscc_flaw
from tracing.records import nhsa
from tracing.records.base import Column
from tracing.records.cells import FIRST_UNSAFE_NUMBER, fold_line
from tracing.records.code_kinds import Gtin
from tracing.records.damaged_codes import digits_meant, only_code
from tracing.records.fault_kind import Severity
from tracing.records.reading import judge
from tracing.records.terms import Cell, Context
from tracing.records.values import YES_NO

# What people and programs put around a code, a number or a word.
_AROUND = "\"'“”‘’「」『』【】《》<>()[]{}.,;:、。；：*#=`"
_WHOLE = re.compile(r"([0-9]+)\.0+")
_GTIN_ELEMENT = re.compile(r"\(01\)([0-9]{14})")
_LETTERS_OF_DIGITS = str.maketrans("OIl", "011")
# The letters that no credit code has, for the digits that they are written for.
_USCC_LETTERS = str.maketrans("OIZS", "0125")
_APPROVAL_WORDS = re.compile(r"药品批准文号|批准文号|[号\s]|[" + re.escape(_AROUND) + "]")
_GROUPED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:\.[0-9]+)?")
# One pack or one unit of the drug; a case or 万 would change the number.
_COUNTED = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) ?(?:\.|[盒袋瓶支板片粒丸贴])")
_BETWEEN_WORDS = re.compile(r"[\s()\[\]:;,./、=_-]+")
_ANSWERS = {
    **dict.fromkeys(("TRUE", "YES", "Y", "√"), YES_NO[0][0]),
    **dict.fromkeys(("FALSE", "NO", "N", "×"), YES_NO[1][0]),
}
_CLOCK = r"(?:[T ]?([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?)?"
_YEAR_FIRST = re.compile(
    r"([0-9]{4}) ?[-/.年、,\\ ] ?([0-9]{1,2}) ?[-/.月、,\\ ] ?([0-9]{1,2}) ?日? ?" + _CLOCK
)
_RUN_TOGETHER = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}) ?" + _CLOCK)
_MONTHS = 12


class Repair(NamedTuple):
    """A kind of repair: what it does, in Chinese, and how: from the column and the folded text of
    a cell to the text meant, or None where that is not sure.
    """

    title: str
    mend: Callable[[Column, str], str | None]


def repaired(column: Column, code: str, cell: Cell, context: Context) -> str | None:
    """The text that a cell with this fault surely means; None where no repair is safe."""
    repair = REPAIRS.get(code)
    if repair is None or isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return _of_logical(column, code, cell)
    try:
        meant = repair.mend(column, fold_line(str(cell)))
    except Unfoldable:
        return None
    if meant is None:
        return None
    value, found = judge(column, meant, context)
    wrong = any(context.level(bad.code) is Severity.ERROR for bad in found)
    return None if value is None or wrong else meant


def _of_logical(column: Column, code: str, cell: Cell) -> str | None:
    """A logical value where the answer to a question is asked for."""
    if code != "choice_unknown" or not isinstance(cell, bool):
        return None
    return _answer(column, str(cell).upper())


def _without_fraction(_: Column, text: str) -> str | None:
    """Digits that a spreadsheet wrote with an idle fraction; past the 15th they may be lost."""
    found = _WHOLE.fullmatch(text.strip(_AROUND))
    return found[1] if found and int(found[1]) < FIRST_UNSAFE_NUMBER else None


def _bare(_: Column, text: str) -> str | None:
    bare = text.strip(_AROUND + " ")
    return bare if bare != text else None


def _only_code(_: Column, text: str) -> str | None:
    return only_code(text)


def _digits(_: Column, text: str) -> str | None:
    return digits_meant(text)


def _prod_code(column: Column, text: str) -> str | None:
    """A 商品码 as a GS1 element, parted, or with letters for digits: its check digit decides."""
    if not isinstance(column.kind, Gtin):
        return None
    text = text.strip(_AROUND.replace("(", "") + " ")
    element = _GTIN_ELEMENT.fullmatch(text)
    if element:
        return element[1]
    digits = text.replace("-", "").replace(" ", "").translate(_LETTERS_OF_DIGITS)
    return digits if digits.isdecimal() and digits != text else None


def _credit_code(_: Column, text: str) -> str | None:
    """A credit code with letters for digits: both of its check digits decide."""
    meant = text.upper().replace(" ", "").translate(_USCC_LETTERS)
    return meant if uscc_flaw(meant) is None else None


def _approval(_: Column, text: str) -> str | None:
    bare = _APPROVAL_WORDS.sub("", text).upper()
    return bare if nhsa.is_approval_number(bare) else None


def _choice(column: Column, text: str) -> str | None:
    """A word of the list with its code, blanks or brackets, or another word for yes and no."""
    closed = text.replace(" ", "")
    words = set(filter(None, _BETWEEN_WORDS.split(text)))
    for code, word in column.kind.values:
        together = (word, f"{code}{word}", f"{word}{code}", f"{code}.0")
        if closed in together or (words and words <= {code, word}):
            return word
    return _answer(column, closed.upper())


def _answer(column: Column, text: str) -> str | None:
    if not set(YES_NO) <= set(column.kind.values):
        return None
    return dict(column.kind.values).get(_ANSWERS.get(text, ""))


def _number(_: Column, text: str) -> str | None:
    """A number whose thousands are parted by blanks, or with the unit that is counted."""
    if _GROUPED.fullmatch(text):
        return text.replace(" ", "")
    counted = _COUNTED.fullmatch(text)
    return counted[1] if counted else None


def _date(_: Column, text: str) -> str | None:
    """A date with the year first whose parts are parted in another way, or not at all."""
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        year, month, day, clock = found.groups()
        return _written(year, month, day, clock)
    found = _RUN_TOGETHER.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    return _written(year, month, day, f"{hour}:{minute}:{second or '00'}")


def _year_last(_: Column, text: str) -> str | None:
    """A date with the year last, where only one of the numbers can be the month."""
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    first, _parted, second, year, clock = found.groups()
    may_be_month = [int(part) <= _MONTHS for part in (first, second)]
    if all(may_be_month) and int(first) != int(second):
        return None
    day, month = (first, second) if may_be_month[1] else (second, first)
    return _written(year, month, day, clock)


def _written(year: str, month: str, day: str, clock: str | None) -> str:
    return f"{year}-{month:0>2}-{day:0>2}{f' {clock}' if clock else ''}"


_BARE = Repair("去掉编码两端的引号、括号和标点", _bare)
_PROD_CODE = Repair("去掉商品码的分隔符和（01），校验位相符", _prod_code)
REPAIRS: dict[str, Repair] = {
    "code_decimal": Repair("去掉编码末尾的“.0”（不超过 15 位，没有丢失）", _without_fraction),
    "code_characters": _BARE,
    "trace_code_form": _BARE,
    "trace_code_within": Repair("只保留其中完整的追溯码", _only_code),
    "trace_code_several": Repair("同一个编码写了几遍的只保留一个", _only_code),
    "trace_code_not_all_digits": Repair("O、I、l 改为数字，去掉中间的分隔符", _digits),
    "gtin_form": _PROD_CODE,
    "too_long": _PROD_CODE,
    "uscc_characters": Repair("O、I、Z、S 改为数字，两个校验位都相符", _credit_code),
    "aprvno_form": Repair("去掉批准文号以外的字样", _approval),
    "choice_unknown": Repair("改为可选值中的写法", _choice),
    "number_form": Repair("去掉数字里的空格和单位", _number),
    "date_form": Repair("改为 年-月-日 的写法", _date),
    "date_year_last": Repair("年写到最前（日和月只有一种可能）", _year_last),
}
