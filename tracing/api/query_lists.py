"""Queries of lists: the goods that a maker uploaded, the codes of a unit's list by batch or day.

They have the filters, the order and the totals of the pages' lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from accounts.core.kinds import KINDS, MAKER, CodeList, UnitKind
from portal.lib.clock import to_second
from tracing.api import query_schemas as schemas
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.params import (
    BEGIN_DATE,
    END_DATE,
    PAGING,
    day,
    days_asked,
    only_one_of,
    page_asked,
    paged,
    read,
    text,
)
from tracing.api.query_time import in_time
from tracing.core.tables import shown
from tracing.records.base import Column, Record
from tracing.records.bindings import of_shape
from tracing.records.shapes import GOODS, Binding, Days, Pick
from tracing.stores.models_codes import BATCH_LENGTH
from tracing.traces.code_rows import CodeRow
from tracing.traces.forms import LOT_LABEL, SERIAL_ASKED
from tracing.traces.queries import codes
from tracing.traces.selections import ByBatch, ByDates
from tracing.uploads.listers import LISTERS

BATCH = text("BATCH", f"{SERIAL_ASKED}或{LOT_LABEL}", BATCH_LENGTH)
BY_BATCH_OR_DAY = "BATCH 与日期填写其中一种；日期是首次上传的日期，开始和结束当天都包括在内。"


def goods_interfaces() -> Iterator[Interface]:
    """Of every family of goods what its maker uploaded of them."""
    for binding in of_shape(*GOODS):
        yield Interface(
            address=f"query/{binding.record.code}",
            title=f"{binding.record.title}查询",
            business=MAKER.query,
            answer=in_time(partial(_goods, binding)),
            parameters=(*filters_of(binding).values(), *PAGING),
            note="条件与页面的查询条件相同：文字和编码按包含匹配，日期和选项按相等匹配，都可不填。",
            returned=schemas.page(schemas.cells(binding.record.columns)),
        )


def filters_of(binding: Binding) -> dict[str, Parameter]:
    """The filters of a list as parameters, by column. Raises ValueError for a record without a
    list."""
    picks = [Pick(pick) if isinstance(pick, str) else pick for pick in binding.listed.filters]
    return {
        pick.name: _parameter(binding.record.column(pick.name), pick.alias)
        for pick in picks
        if not isinstance(pick, Days)
    }


def _parameter(column: Column, alias: str) -> Parameter:
    name, label = column.name.upper(), alias or column.label
    match column.kind.type:
        case "date" | "moment":
            return replace(day(name, label), example=column.example)
        case "choice":
            words = [word for pair in column.kind.values for word in pair]
            expected = f"应为{'、'.join(words)}之一"
            kind = {"type": "string", "enum": words}
            return Parameter(name, label, kind, expected, example=column.example)
        case _:
            return text(name, label, column.kind.length or 0, example=column.example)


def _goods(binding: Binding, ask: Ask) -> Answer:
    filters = filters_of(binding)
    asked = read((*filters.values(), *PAGING), ask.param)
    wanted = {
        name: _wanted(binding.record.column(name), asked[parameter.name])
        for name, parameter in filters.items()
        if parameter.name in asked
    }
    at = page_asked(asked)
    found = LISTERS[binding.shape].find(ask.caller.unit, binding.record, wanted, **at._asdict())
    return Answer(paged(found, at, partial(as_uploaded, binding.record)))


def _wanted(column: Column, value: Any) -> Any:
    """A choice is kept by its code, and may be asked for by its word."""
    return column.kind.parse(value) if column.kind.type == "choice" else value


def as_uploaded(record: Record, row: object) -> dict[str, str]:
    """A stored row by column, as texts that an upload takes."""
    return texts(record.columns, vars(row))


def texts(columns: tuple[Column, ...], values: Mapping[str, Any]) -> dict[str, str]:
    """Values of columns as people read them."""
    return {column.name: shown(column, values[column.name]) for column in columns}


def list_interfaces() -> Iterator[Interface]:
    """The codes of the list of each kind of unit: a unit of several kinds has several."""
    for kind in KINDS.values():
        yield Interface(
            address=f"query/{kind.code}-codes",
            title=f"{kind.label}追溯码列表查询",
            business=kind.query,
            answer=in_time(partial(_listed, kind)),
            parameters=(BATCH, BEGIN_DATE, END_DATE, *PAGING),
            note=BY_BATCH_OR_DAY,
            returned=schemas.page(schemas.of_code_rows(kind)),
        )


def _listed(kind: UnitKind, ask: Ask) -> Answer:
    asked = read((BATCH, BEGIN_DATE, END_DATE, *PAGING), ask.param)
    days = days_asked(asked)
    way = only_one_of(asked, (BATCH, BEGIN_DATE))
    selection = ByBatch(asked[BATCH.name]) if way is BATCH or days is None else ByDates(*days)
    at = page_asked(asked)
    found = codes(ask.caller.unit, selection, kind=kind, **at._asdict())
    return Answer(paged(found, at, partial(_line, kind)))


def _line(kind: UnitKind, row: CodeRow) -> dict[str, Any]:
    line = {
        "uscc": row.uscc,
        "trac_codg_sn": row.trac_codg_sn,
        "trac_code": row.code,
        "uploaded_at": to_second(row.uploaded_at),
        "node_count": row.node_count,
        "uncorroborated": row.uncorroborated,
    }
    return {**line, "own_nodes": row.own_nodes} if kind.lists is CodeList.UPLOADED else line
