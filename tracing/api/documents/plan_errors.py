"""The chapter of the 对接方案 on what can go wrong: why a call is refused, what a row can have."""

from __future__ import annotations

from string import Formatter

from reportlab.platypus import Flowable, PageBreak

from tracing.api.documents.components import GROUNDS
from tracing.api.documents.plan_layout import heading, paragraph, table
from tracing.api.documents.reasons import by_ground
from tracing.records.fault_kind import FaultKind, Severity
from tracing.records.faults import FAULTS

LEVELS = {Severity.ERROR: "错误", Severity.WARN: "提示", Severity.OFF: "不检查"}


def refusals() -> list[Flowable]:
    """Every refusal that a call can be answered, by its HTTP status."""
    parts: list[Flowable] = [
        PageBreak(),
        heading("八、错误代码"),
        heading("1. 调用未办理的原因", 1),
        paragraph("应答的 code 与 HTTP 状态一一对应；说明里的〈〉是当时的具体内容。"),
    ]
    for ground, found in by_ground():
        status = int(ground.value)
        parts.append(heading(f"状态 {status}：{GROUNDS[ground]}", 2))
        rows = [(one.code, _open(one.sentence, {})) for one in found]
        parts.append(table(("代码", "说明"), (2, 7), rows))
    return parts


def faults() -> list[Flowable]:
    """Every finding that a row can have."""
    rows = [(one.code, LEVELS[one.level], fault_sentence(one)) for one in FAULTS.values()]
    return [
        heading("2. 数据行的错误和提示", 1),
        paragraph(
            "有“错误”的行不入库，有“提示”的行入库。代码和说明与网页上传的错误表相同；"
            "〈字段〉是数据元名称，其余〈〉是当时的具体内容。"
        ),
        table(("代码", "级别", "说明"), (5, 2, 15), rows),
    ]


def fault_sentence(kind: FaultKind) -> str:
    """The sentence of a fault with the names of its details."""
    names = {str(place): slot for place, slot in enumerate(kind.slots)}
    return _open(kind.message, {**names, "label": "字段"})


def _open(sentence: str, names: dict[str, str]) -> str:
    """A sentence in which each detail stands as its name in 〈〉."""
    return "".join(
        text + ("" if name is None else f"〈{names.get(name, name)}〉")
        for text, name, _, _ in Formatter().parse(sentence)
    )
