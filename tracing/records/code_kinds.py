"""Kinds of codes that can be judged by themselves: trace codes, 商品码, credit codes and others.

A code that is wrong in a way that a lower level may forgive is parsed as it stands and then judged
by a check; what is refused while parsing could not be stored or is refused always.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
from tracing.records import nhsa, trace_codes
from tracing.records.base import Check
from tracing.records.cells import shown
from tracing.records.column_kinds import Code, strange_characters
from tracing.records.damaged_codes import bare_code, damage
from tracing.records.rule_sets import BUILT_IN
from tracing.records.terms import Bad, Cell, CodeRules, Context

_OLD_NUMBER_LENGTHS = (9, 15)
EAN_8, UPC_A, EAN_13, GTIN_14 = 8, 12, 13, 14
_CONSUMABLE_CLASSES = range(1, 19)
# What parts the numbers of a drug that has several, as the official lists write them.
_SEVERAL = re.compile(r"[,;]")
# What begins the numbers that a shop gives by itself.
_IN_STORE, _IN_STORE_EAN_8 = ("02", "2"), ("0", "2")


def trace_code_doubts(code: str, context: Context) -> Bad | None:
    """Judge what the rules in force judge of a code; 20 digits have no public check digit."""
    return (context.rules or BUILT_IN).doubts(code)


@dataclass(frozen=True)
class Trace(Code):
    """A 追溯码 of any system and pack level, in its canonical form; its case is kept.

    With `devices` the bare DI of a consumable is one too.
    """

    length: int = trace_codes.LONGEST
    checks: tuple[Check, ...] = (trace_code_doubts,)
    devices: bool = False
    rules: CodeRules = BUILT_IN

    def under(self, context: Context) -> Trace:
        """The type that knows the rules in force: they may claim what none built in does."""
        return self if context.rules is None else replace(self, rules=context.rules)

    def parse(self, cell: Cell) -> str | Bad | None:
        if type(cell) is str and trace_codes.is_plain(cell):
            return cell
        text = bare_code(cell)
        if not isinstance(text, str):
            return text
        code = trace_codes.canonical(text, devices=self.devices)
        claimed = self.rules.claims(code)
        return damage(cell, text, code, claimed=claimed) or self._refused(code) or code

    def _refused(self, code: str) -> Bad | None:
        strange = strange_characters(code)
        if strange is not None:
            return strange
        if trace_codes.is_prod_code(code):
            return Bad("trace_code_is_prod_code", (code,))
        if len(code) < trace_codes.SHORTEST:
            return Bad("trace_code_length", (code, str(len(code))))
        if len(code) > self.length:
            return Bad("too_long", (str(len(code)), str(self.length)))
        return None


def gtin_doubts(code: str, _: Context) -> Bad | None:
    """Judge a 商品码: its form, in-store numbers, its check digit, then its country and level."""
    right = is_gtin(code)
    # Eight digits whose last is wrong are likelier something else than a slip in an EAN-8.
    if not code.isdecimal() or len(code) not in (EAN_13, GTIN_14, *[EAN_8] * right):
        return Bad("gtin_form", (shown(code),))
    if code[-EAN_13:].startswith(_IN_STORE_EAN_8 if len(code) == EAN_8 else _IN_STORE):
        return Bad("gtin_in_store", (code,))
    if not right:
        return Bad("gtin_check_digit", (code, gtin_check_digit(code[:-1])))
    if len(code) == GTIN_14:
        return Bad("gtin_packaging", (code,))
    return None if code.startswith("69") else Bad("gtin_not_69", (code,))


@dataclass(frozen=True)
class Gtin(Code):
    """A 商品码: 13 digits, or the eight of an EAN-8.

    The spellings that only differ by leading zeros, the 12 digits of UPC-A and the 14 of a single
    item, are kept as one.
    """

    length: int = GTIN_14
    checks: tuple[Check, ...] = (gtin_doubts,)

    def parse(self, cell: Cell) -> str | Bad | None:
        code = super().parse(cell)
        return _of_single_item(code) if isinstance(code, str) else code


def _of_single_item(code: str) -> str:
    """A 商品码 without idle zeros, with those that its kind has."""
    if len(code) == UPC_A and is_gtin(code):
        code = f"0{code}"
    if len(code) == GTIN_14 and code.startswith("0"):
        code = code[1:]
    zeros = "0" * (EAN_13 - EAN_8)
    return code[len(zeros) :] if len(code) == EAN_13 and code.startswith(zeros) else code


def gtin_spellings(code: str) -> set[str]:
    """The ways to write a 商品码: with leading zeros, and as the GS1 string of it alone."""
    digits = code.lstrip("0")
    lengths = (EAN_8, UPC_A, EAN_13, GTIN_14)
    zeros = {digits.zfill(length) for length in lengths if length >= len(digits)}
    return {code, f"(01){digits.zfill(GTIN_14)}"} | zeros


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


def consumable_code_doubts(code: str, _: Context) -> Bad | None:
    """Judge a 医保耗材代码 by its structure, then by its 大类, of which there are eighteen."""
    if not nhsa.is_consumable_code(code):
        return Bad("consumable_code_form", (shown(code),))
    group = code[1:3]
    return (
        None if int(group) in _CONSUMABLE_CLASSES else Bad("consumable_code_class", (code, group))
    )


def goods_code_doubts(code: str, context: Context) -> Bad | None:
    """Judge the code of a drug or of a consumable."""
    if nhsa.is_consumable_code(code):
        return consumable_code_doubts(code, context)
    bad = med_list_doubts(code, context)
    return bad._replace(code="goods_code_form") if bad and bad.code == "med_list_form" else bad


def approval_doubts(number: str, _: Context) -> Bad | None:
    """Judge a 药品批准文号 by its form."""
    if nhsa.is_approval_number(number):
        return None
    old = nhsa.is_old_approval_number(number)
    return Bad("aprvno_old_form" if old else "aprvno_form", (shown(number),))


def registration_doubts(number: str, _: Context) -> Bad | None:
    """Judge a 进口药品注册证号: that of today is an approval number, older ones stand alone."""
    if nhsa.is_approval_number(number):
        return None
    old = nhsa.is_old_registration_number(number)
    return Bad("regno_old_form" if old else "regno_form", (shown(number),))


def drug_code_doubts(codes: str, _: Context) -> Bad | None:
    """Judge each 国家药品标识码 of a cell only where it has the length of a 药品本位码.

    Other numbers stand there too; a GTIN-14 ends in the same check digit.
    """
    for code in _SEVERAL.split(codes):
        if nhsa.is_standard_length(code) and not is_gtin(code):
            return Bad("drug_code_check_digit", (code, gtin_check_digit(code[:-1])))
    return None
