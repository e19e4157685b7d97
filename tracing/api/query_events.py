"""发货信息查询 and 流通信息查询: what a unit told of its goods, by code, document or day.

The rows are those of 订单查询, of lists and of dialogs: the unit's own, as it uploaded them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from accounts.core.kinds import DISTRIBUTOR, MAKER, UnitKind
from accounts.units.models import Unit
from portal.lib.refused import Refused
from tracing.api import query_schemas as schemas
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.params import (
    BEGIN_DATE,
    END_DATE,
    PAGING,
    Asked,
    days_asked,
    only_one_of,
    page_asked,
    paged,
    read,
    text,
)
from tracing.api.query_lists import texts
from tracing.api.query_time import in_time
from tracing.core.paging import Page
from tracing.orders.queries_told import told_in, told_within
from tracing.records import RECORDS
from tracing.records.base import Column
from tracing.records.bindings import of_shape
from tracing.records.circulation import CIRCULATION
from tracing.records.event_columns import DELV_TIME, SHP_SIN_NO, SHP_TIME, SHPP_SIN_NO
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS
from tracing.records.shapes import CODE, Shape
from tracing.stores.models_events import TraceEvent
from tracing.traces.queries import flaws_of
from tracing.uploads.queries_events import cells_of, events_by_code

# Days of one query, both ends included.
MOST_DAYS = 31


@dataclass(frozen=True)
class Telling:
    """What a query answers: the rows of some kinds of event, which a kind of unit tells. `note`
    says of which documents the number is whose."""

    name: str
    title: str
    kind: UnitKind
    kinds: tuple[EventKind, ...]
    note: str

    @property
    def records(self) -> list[str]:
        """The records that tell of these kinds."""
        return [b.record.code for b in of_shape(Shape.EVENT) if set(self.kinds) & set(b.told.kinds)]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of these records, each once."""
        columns = [column for code in self.records for column in RECORDS[code].columns]
        return tuple({column.name: column for column in columns}.values())

    @property
    def code(self) -> Parameter:
        """The code that rows are told of."""
        column = RECORDS[self.records[-1]].column(CODE)
        return text(CODE.upper(), column.label, column.kind.length or 0)

    @property
    def numbers(self) -> dict[Parameter, EventKind]:
        """The number of the unit's own paper, by the kind of event."""
        columns = {kind: ORDERS[kind].paper.number for kind in self.kinds}
        return {
            text(column.name.upper(), column.label, column.kind.length or 0): kind
            for kind, column in columns.items()
        }

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All that may be asked."""
        return (self.code, *self.numbers, BEGIN_DATE, END_DATE, *PAGING)


TELLING = (
    Telling(
        "shipments",
        "发货信息查询",
        MAKER,
        (EventKind.SHIPMENT,),
        f"按{SHP_SIN_NO.label}查询的，为本单位该编号的全部发货信息；日期为{SHP_TIME.label}。",
    ),
    Telling(
        "circulations",
        "流通信息查询",
        DISTRIBUTOR,
        (EventKind.CIRCULATION_OUT, EventKind.CIRCULATION_IN),
        f"按{SHP_SIN_NO.label}查询出库，按{SHPP_SIN_NO.label}查询入库，都是本单位自己的单据；"
        f"日期为{CIRCULATION.column(DELV_TIME.name).label}。",
    ),
)


def event_interfaces() -> Iterator[Interface]:
    """One for what each kind of unit tells."""
    for telling in TELLING:
        yield Interface(
            address=f"query/{telling.name}",
            title=telling.title,
            business=telling.kind.query,
            answer=in_time(partial(_told, telling)),
            parameters=telling.parameters,
            note=f"追溯码、单据编号、日期填写其中一种，都按相等匹配。{telling.note}"
            f"开始和结束当天都包括在内，一次最多 {MOST_DAYS} 天。",
            returned=schemas.page(schemas.cells(telling.columns)),
        )


def _told(telling: Telling, ask: Ask) -> Answer:
    asked = read(telling.parameters, ask.param)
    days_asked(asked, most=MOST_DAYS)
    way = only_one_of(asked, (telling.code, *telling.numbers, BEGIN_DATE))
    at = page_asked(asked)
    found = _page(ask.caller.unit, telling, way, asked, at)
    return Answer(paged(found, at, partial(_row, telling)))


def _page(
    unit: Unit, telling: Telling, way: Parameter, asked: dict[str, Any], at: Asked
) -> Page[TraceEvent]:
    if way is BEGIN_DATE:
        days = asked[BEGIN_DATE.name], asked[END_DATE.name]
        return told_within(unit, telling.kinds, *days, **at._asdict())
    value = asked[way.name]
    if way == telling.code:
        if flaws := flaws_of(value, way.label):
            raise Refused("param_no_code", field=way.name, why="".join(flaws), place=way.name)
        return events_by_code(unit, telling.kinds, value, **at._asdict())
    kind = telling.numbers[way]
    # As the tables keep it; what can be no number finds nothing as it stands either.
    number = ORDERS[kind].paper.number.kind.parse(value)
    document = number if isinstance(number, str) else value
    return told_in(unit, [(kind.value, document)], **at._asdict())


def _row(telling: Telling, event: TraceEvent) -> dict[str, str]:
    return texts(telling.columns, _cells(telling.records, event))


def _cells(records: Sequence[str], event: TraceEvent) -> dict[str, Any]:
    """The cells of the row, by the columns of every record that may have told it."""
    return {name: cell for code in records for name, cell in cells_of(code, event).items()}
