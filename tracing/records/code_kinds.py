"""Kinds of codes that can be judged by themselves: trace codes, 商品码, credit codes and others.

A code that is wrong in a way that a lower level may forgive is parsed as it stands and then judged
by a check; what is refused while parsing could not be stored or is refused always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from portal.lib.identifiers import (
    UsccFlaw,
    gtin_check_digit,
    is_gtin,
    organisation_check_digit,
    uscc_check_digit,
    uscc_flaw,
    uscc_strange_place,
)
from tracing.records import gs1, ma, nhsa, trace_codes
from tracing.records.base import Bad, Cell, Check, Context
from tracing.records.cells import code_cell, shown
from tracing.records.kinds import Code, strange_characters
from tracing.records.trace_codes import System

_OLD_NUMBER_LENGTHS = (9, 15)


def trace_code_doubts(code: str, _: Context) -> Bad | None:
    """Judge what can be judged of a GS1 or MA code; others have no public check digit."""
    if trace_codes.is_plain(code):
        return None
    system = trace_codes.recognise(code)
    if system is System.GS1:
        return _gs1_doubts(code)
    if system is System.MA:
        wrong = ma.wrong_check_digit(code)
        return wrong and Bad("ma_check_digit", (shown(code), *wrong))
    return None


def _gs1_doubts(code: str) -> Bad | None:
    expected = gs1.wrong_gtin_digit(code)
    if expected is not None:
        return Bad("gs1_gtin_check_digit", (gs1.gtin_of(code), expected))
    if not gs1.is_well_formed(code):
        return Bad("gs1_form", (shown(code),))
    if gs1.hides_a_serial(code):
        return Bad("gs1_ambiguous", (shown(code),))
    return None


@dataclass(frozen=True)
class Trace(Code):
    """A 追溯码 of any system and pack level, in its canonical form; its case is kept."""

    length: int = trace_codes.LONGEST
    checks: tuple[Check, ...] = (trace_code_doubts,)

    def parse(self, cell: Cell) -> str | Bad | None:
        if type(cell) is str and trace_codes.is_plain(cell):
            return cell
        text = code_cell(cell)
        if not isinstance(text, str):
            return text
        code = trace_codes.canonical(text)
        strange = strange_characters(code)
        if strange is not None:
            return strange
        if trace_codes.is_prod_code(code):
            return Bad("trace_code_is_prod_code", (code,))
        if len(code) < trace_codes.SHORTEST:
            return Bad("trace_code_length", (code, str(len(code))))
        if len(code) > self.length:
            return Bad("too_long", (str(len(code)), str(self.length)))
        return code


def gtin_doubts(code: str, _: Context) -> Bad | None:
    """Judge a 商品码: its form, in-store numbers, its check digit, then its country and level."""
    if not code.isdecimal() or len(code) not in (13, 14):
        return Bad("gtin_form", (shown(code),))
    item = code[-13:]
    if item.startswith(("02", "2")):
        return Bad("gtin_in_store", (code,))
    if not is_gtin(code):
        return Bad("gtin_check_digit", (code, gtin_check_digit(code[:-1])))
    if len(code) == 14:
        return Bad("gtin_packaging", (code,))
    return None if code.startswith("69") else Bad("gtin_not_69", (code,))


@dataclass(frozen=True)
class Gtin(Code):
    """A 商品码. The 14-digit spelling of a single item is kept with its 13 digits."""

    length: int = 14
    checks: tuple[Check, ...] = (gtin_doubts,)

    def parse(self, cell: Cell) -> str | Bad | None:
        code = super().parse(cell)
        if isinstance(code, str) and len(code) == 14 and code.startswith("0"):
            return code[1:]
        return code


def uscc_doubts(code: str, _: Context) -> Bad | None:
    """Judge a credit code, naming the place that is wrong."""
    flaw = uscc_flaw(code)
    if flaw is None:
        return None
    if flaw is UsccFlaw.LENGTH:
        old = len(code) in _OLD_NUMBER_LENGTHS
        return Bad("uscc_old_number" if old else "uscc_length", (code, str(len(code))))
    if flaw is UsccFlaw.CHARACTERS:
        place = uscc_strange_place(code) or 0
        return Bad("uscc_characters", (code, str(place + 1), code[place]))
    if flaw is UsccFlaw.CHECK_DIGIT:
        return Bad("uscc_check_digit", (code, code[17], uscc_check_digit(code[:17])))
    return Bad("uscc_organisation_digit", (code, organisation_check_digit(code[8:16])))


@dataclass(frozen=True)
class Uscc(Code):
    """A 统一社会信用代码: 18 characters with two check digits."""

    type: ClassVar[str] = "uscc"
    length: int = 18
    checks: tuple[Check, ...] = (uscc_doubts,)


def med_list_doubts(code: str, _: Context) -> Bad | None:
    """Judge a 医疗目录编码 by its structure; 0 says that there is none yet."""
    if code == nhsa.NOT_CODED:
        return Bad("med_list_not_coded")
    return None if nhsa.is_med_list_code(code) else Bad("med_list_form", (shown(code),))


def goods_code_doubts(code: str, context: Context) -> Bad | None:
    """Judge the code of a drug or of a consumable."""
    if nhsa.is_consumable_code(code):
        return None
    bad = med_list_doubts(code, context)
    return bad._replace(code="goods_code_form") if bad and bad.code == "med_list_form" else bad


def approval_doubts(number: str, _: Context) -> Bad | None:
    """Judge a 药品批准文号 by its form."""
    if nhsa.is_approval_number(number):
        return None
    old = nhsa.is_old_approval_number(number)
    return Bad("aprvno_old_form" if old else "aprvno_form", (shown(number),))


def drug_code_doubts(code: str, _: Context) -> Bad | None:
    """Judge a 国家药品标识码 only where it is a 药品本位码; other numbers stand there too."""
    if not nhsa.is_standard_code(code) or is_gtin(code):
        return None
    return Bad("drug_code_check_digit", (code, gtin_check_digit(code[:-1])))
