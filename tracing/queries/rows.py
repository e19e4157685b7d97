"""The rows of 追溯信息查询列表, one for each code of a unit's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count

from accounts.businesses import UnitKind
from accounts.models import Unit
from tracing.chains import Chain, chains
from tracing.facts import SEVERAL
from tracing.models import Node, TraceCode, TraceEvent, UnitCode
from tracing.records import RECORDS
from tracing.traces import Trace

SERIAL = RECORDS["domestic-drug-info"].column("trac_codg_sn")


class CodeRow(NamedTuple):
    """One line of the list.

    `node_count` counts all nodes that the unit may see, also those of the boxes; `own_nodes`
    names those that the unit made itself. `contents_count` is the number of packs in a box,
    where one code was asked for.
    """

    uscc: str
    trac_codg_sn: str
    code: str
    uploaded_at: datetime
    node_count: int
    contents_count: int = 0
    own_nodes: str = ""


# The headings of the list, in its order, by the field of the row.
_MAKERS: dict[str, str] = {
    "uscc": "统一社会信用代码",
    "trac_codg_sn": SERIAL.aliases[0],
    "code": "药耗追溯码",
    "uploaded_at": "药耗追溯码上传日期",
    "node_count": "环节个数",
}
CODE_LISTS: dict[UnitKind, dict[str, str]] = {
    UnitKind.MAKER: _MAKERS,
    UnitKind.DISTRIBUTOR: {**_MAKERS, "own_nodes": "企业所在环节"},
}


def row_of_trace(trace: Trace) -> CodeRow | None:
    """The line of a code that the unit made; None when all of it is voided."""
    if trace.uploaded_at is None:
        return None
    return CodeRow(
        uscc=trace.uscc,
        trac_codg_sn=trace.product["trac_codg_sn"],
        code=trace.code,
        uploaded_at=trace.uploaded_at,
        node_count=len(trace.nodes),
        contents_count=trace.contents_count,
    )


def made_rows(unit: Unit, codes: Sequence[TraceCode]) -> list[CodeRow]:
    """The lines of codes that the unit made, in one query."""
    counts = _node_counts({code for row in codes for code in _chain(row)})
    return [
        CodeRow(
            uscc=unit.uscc,
            trac_codg_sn=row.trac_codg_sn,
            code=row.code,
            uploaded_at=row.uploaded_at,
            # 生产入库 is the code itself.
            node_count=1 + sum(counts[code] for code in _chain(row)),
        )
        for row in codes
    ]


def _node_counts(codes: set[str]) -> Counter[str]:
    """How many nodes each code and each box has of its own."""
    events = TraceEvent.everything.filter(
        code__in=codes, node__isnull=False, voided_at__isnull=True
    )
    return Counter(dict(events.values_list("code").annotate(Count("code"))))


def _chain(row: TraceCode) -> list[str]:
    """The code and the boxes that hold it."""
    return [code for code in (row.code, row.lv2_trac_code, row.lv3_trac_code) if code]


def uploaded_rows(unit: Unit, codes: Sequence[UnitCode]) -> list[CodeRow]:
    """The lines of codes that the unit uploaded without owning them, in two queries."""
    found = chains([row.code for row in codes])
    return [uploaded_row(unit, row, found[row.code]) for row in codes]


def uploaded_row(unit: Unit, row: UnitCode, chain: Chain) -> CodeRow:
    """The line of one such code: until somebody else names the unit, only what it says itself."""
    told = chain.owner is not None and chain.open_to(unit)
    nodes = [
        (event.happened_at, Node(event.node), event.unit_id)
        for event in chain.seen_by(unit)
        if event.node is not None
    ]
    own = [node for _, node, by in sorted(nodes) if by == unit.pk]
    return CodeRow(
        uscc=unit.uscc,
        trac_codg_sn=row.trac_codg_sn or (SEVERAL if told else row.batch) or "",
        code=row.code,
        uploaded_at=row.uploaded_at,
        node_count=told + len(nodes),
        own_nodes="、".join(dict.fromkeys(str(node.label) for node in own)),
    )
