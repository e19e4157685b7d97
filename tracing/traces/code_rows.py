"""The rows of 追溯信息查询列表, one for each code of a unit's list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts.core.kinds import CodeList, UnitKind
from accounts.units.models import Unit
from portal.lib.identifiers import CREDIT_CODE
from tracing.records import shapes
from tracing.records.bindings import column_of
from tracing.records.shapes import Shape
from tracing.records.words import GOODS_CODE, GOODS_CODE_UPLOADED
from tracing.stores.models_codes import TraceCode, UnitCode
from tracing.traces.chains import Chain, chains, chains_of_made
from tracing.traces.facts import SEVERAL
from tracing.traces.finding import Found
from tracing.traces.trace import Trace, traces

SERIAL = column_of(Shape.PRODUCT, shapes.SERIAL)


class CodeRow(NamedTuple):
    """One line of the list.

    `node_count` counts all nodes that the unit may see, also those of the boxes; `own_nodes`
    names those that the unit made itself. `uncorroborated` counts what units outside the chain
    told, as far as the unit may see it. `contents_count` is the number of packs in a box, where one
    code was asked for.
    """

    uscc: str
    trac_codg_sn: str
    code: str
    uploaded_at: datetime
    node_count: int
    contents_count: int = 0
    own_nodes: str = ""
    uncorroborated: int = 0


# The headings of the list, in its order, by the field of the row.
_HEADS: dict[str, str] = {
    "uscc": CREDIT_CODE,
    "trac_codg_sn": SERIAL.aliases[0],
    "code": GOODS_CODE,
    "uploaded_at": GOODS_CODE_UPLOADED,
    "node_count": "环节个数",
}
CODE_LISTS: dict[CodeList, dict[str, str]] = {
    CodeList.MADE: _HEADS,
    CodeList.UPLOADED: {**_HEADS, "own_nodes": "企业所在环节"},
}

# Shown after them where a line of the page has it.
UNCORROBORATED = "未印证"


def heads_of(kind: UnitKind, rows: Sequence[CodeRow]) -> dict[str, str]:
    """The headings of a page of the list, by the field of the row."""
    if any(row.uncorroborated for row in rows):
        return {**CODE_LISTS[kind.lists], "uncorroborated": UNCORROBORATED}
    return CODE_LISTS[kind.lists]


def _made_found(unit: Unit, found: Sequence[Found]) -> list[CodeRow]:
    """The lines of codes, of any pack level, that the unit made and asked for."""
    made = traces([chain for chain, _ in found], unit)
    return [row for trace in made.values() if (row := _row_of_trace(trace)) is not None]


def _row_of_trace(trace: Trace) -> CodeRow | None:
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
        uncorroborated=len(trace.uncorroborated),
    )


def _made_rows(unit: Unit, codes: Sequence[TraceCode]) -> list[CodeRow]:
    """The lines of codes that the unit made, in one query."""
    found = chains_of_made(unit, codes)
    return [
        CodeRow(
            uscc=unit.uscc,
            trac_codg_sn=row.trac_codg_sn,
            code=row.code,
            uploaded_at=row.uploaded_at,
            # 生产入库 is the code itself.
            node_count=1 + len(found[row.code].nodes_for(unit)),
            uncorroborated=len(found[row.code].uncorroborated_for(unit)),
        )
        for row in codes
    ]


def _uploaded_rows(unit: Unit, codes: Sequence[UnitCode]) -> list[CodeRow]:
    """The lines of codes that the unit uploaded without owning them, in two queries."""
    found = chains([row.code for row in codes])
    return [_uploaded_row(unit, row, found[row.code]) for row in codes]


def _uploaded_found(unit: Unit, found: Sequence[Found]) -> list[CodeRow]:
    """The lines of what the unit uploaded of a code and of its boxes."""
    return [_uploaded_row(unit, row, chain) for chain, row in found if row is not None]


def _uploaded_row(unit: Unit, row: UnitCode, chain: Chain) -> CodeRow:
    """The line of one such code: outside its chain, only what the unit says itself."""
    told = chain.owner is not None and chain.open_to(unit)
    nodes = chain.nodes_for(unit)
    own = sorted((e.happened_at, e.step) for e in nodes if e.unit_id == unit.pk)
    return CodeRow(
        uscc=unit.uscc,
        trac_codg_sn=row.trac_codg_sn or (SEVERAL if told else row.batch) or "",
        code=row.code,
        uploaded_at=row.uploaded_at,
        node_count=told + len(nodes),
        own_nodes="、".join(dict.fromkeys(str(node.label) for _, node in own)),
        uncorroborated=len(chain.uncorroborated_for(unit)),
    )


class Lines(NamedTuple):
    """The lines of a list: of the rows of its table, and of what one code finds in it."""

    of_rows: Callable[[Unit, Sequence[Any]], list[CodeRow]]
    of_found: Callable[[Unit, Sequence[Found]], list[CodeRow]]


LINES: dict[CodeList, Lines] = {
    CodeList.MADE: Lines(_made_rows, _made_found),
    CodeList.UPLOADED: Lines(_uploaded_rows, _uploaded_found),
}
