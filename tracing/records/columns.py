"""Columns that say the same in every record: what their kind asks for stands in their note."""

from __future__ import annotations

from typing import Any, NamedTuple

from portal.lib.identifiers import CREDIT_CODE
from tracing.records.base import Check, Column
from tracing.records.code_kinds import Uscc
from tracing.records.column_checks import MOMENT_CHECKS
from tracing.records.column_kinds import Choice, Code, Moment, Number, Text

USCC_NOTE = "营业执照上的 18 位代码"
USCC_LETTERS = "不含字母 I、O、S、V、Z"
NUMBER_NOTE = "只用半角字母、数字和符号，不超过 50 个字符。"


def limited(
    name: str, label: str, kind: Text | Code, note: str, example: str, **rest: Any
) -> Column:
    """A text or code whose note ends with its length."""
    note = f"{note}，不超过 {kind.length} 个字符。"
    return Column(name, label, kind, note=note, example=example, **rest)


def number(name: str, label: str, what: str, document: str, example: str) -> Column:
    """The number of a document, which tells one event of a code from another."""
    replaced = f"同一追溯码、同一{document}重复上传时替换原有信息。"
    note = f"{what}，{NUMBER_NOTE}{replaced}"
    return Column(name, label, Code(50), required=True, note=note, example=example)


class FirmColumns(NamedTuple):
    """What rows say of a firm."""

    name: Column
    uscc: Column


def firm(
    name: str,
    uscc: str,
    label: str,
    example: tuple[str, str],
    *,
    whose: str = "",
    rule: str = USCC_LETTERS,
) -> FirmColumns:
    """The name and the credit code of a firm. `whose` says who it is where its label does not, and
    `rule` what its code must be.
    """
    firm_name, code = example
    licence = f"{whose or label}营业执照上的名称"
    note = f"{USCC_NOTE}，{rule}。"
    code_label = f"{label}{CREDIT_CODE}"
    return FirmColumns(
        limited(name, f"{label}名称", Text(200), licence, firm_name, required=True),
        Column(uscc, code_label, Uscc(), required=True, note=note, example=code),
    )


def moment(
    name: str,
    label: str,
    what: str,
    example: str,
    *,
    otherwise: str = "只填日期时按当天零点处理",
    required: bool = True,
) -> Column:
    """When something happened to packs; `otherwise` says what holds for a cell that says less."""
    note = f"{what}，如 {example}；{otherwise}。"
    return Column(
        name, label, Moment(), required=required, note=note, example=example, checks=MOMENT_CHECKS
    )


def quantity(
    name: str, label: str, note: str, example: str, check: Check, *, required: bool = True
) -> Column:
    """How much of something there is."""
    kind = Number(16, 4)
    return Column(name, label, kind, required, note=note, example=example, checks=(check,))


def flag(
    name: str, label: str, question: str, values: tuple[tuple[str, str], ...], example: str
) -> Column:
    """The answer to a question."""
    note = f"{question}：{_listed(values)}。填代码或文字都可以。"
    return Column(name, label, Choice(values), required=True, note=note, example=example)


def choice(
    name: str, label: str, values: tuple[tuple[str, str], ...], follows: str, example: str
) -> Column:
    """One of a list; `follows` says what follows from it."""
    note = f"{_listed(values)}，填代码或文字都可以。{follows}"
    return Column(name, label, Choice(values), required=True, note=note, example=example)


def _listed(values: tuple[tuple[str, str], ...]) -> str:
    return "，".join(f"{code} {word}" for code, word in values)
