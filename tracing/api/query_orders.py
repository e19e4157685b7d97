"""订单信息查询: the papers of a unit, as 订单查询 lists them; rows are asked for by number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from accounts.core.kinds import KINDS, UnitKind
from portal.lib.clock import to_second
from portal.lib.identifiers import CREDIT_CODE
from tracing.api import query_schemas as schemas
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.json_schemas import said, shape
from tracing.api.params import (
    BEGIN_DATE,
    END_DATE,
    PAGING,
    days_asked,
    page_asked,
    paged,
    read,
    text,
)
from tracing.api.query_time import in_time
from tracing.orders.actions_orders import kinds_of
from tracing.orders.forms_orders import NUMBER_LENGTH, PARTNER_LENGTH
from tracing.orders.order_words import kind_of, numbers_of, status_of
from tracing.orders.queries_orders import orders
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS, RECEIVING, SENDING
from tracing.stores.models_orders import Order

NUMBER = text("NUMBER", "单据编号", NUMBER_LENGTH, "应为发货单或收货单的编号或其一部分")
PARTNER = text("PARTNER", "对方单位", PARTNER_LENGTH, f"应为名称或{CREDIT_CODE}，或其一部分")


def order_interfaces() -> Iterator[Interface]:
    """One for each kind of unit whose rows make orders."""
    for kind in KINDS.values():
        if kind.uploads and kinds_of(kind.uploads):
            yield Interface(
                address=f"query/{kind.code}-orders",
                title=f"{kind.label}订单信息查询",
                business=kind.query,
                answer=in_time(partial(_orders, kind)),
                parameters=_parameters(kind),
                note="条件与【订单查询】页面相同，都可不填；日期填写时开始和结束都要填，当天都包括在内。",
                returned=schemas.page(_schema(kind)),
            )


def _kinds(kind: UnitKind) -> list[EventKind]:
    return kinds_of(kind.uploads or "")


def _type(kind: UnitKind) -> Parameter:
    """The type of an order: 发货, 出库, 入库 or 收货."""
    words = [ORDERS[one].word for one in _kinds(kind)]
    expected = f"应为{'、'.join(words)}之一"
    return Parameter("KIND", "类型", {"type": "string", "enum": words}, expected)


def _parameters(kind: UnitKind) -> tuple[Parameter, ...]:
    return (NUMBER, _type(kind), PARTNER, BEGIN_DATE, END_DATE, *PAGING)


def _orders(kind: UnitKind, ask: Ask) -> Answer:
    asked = read(_parameters(kind), ask.param)
    wanted: dict[str, Any] = {
        one.name.lower(): asked[one.name] for one in (NUMBER, PARTNER) if one.name in asked
    }
    if days := days_asked(asked):
        wanted["days"] = days
    if word := asked.get("KIND"):
        wanted["kind"] = next(one for one in _kinds(kind) if ORDERS[one].word == word)
    at = page_asked(asked)
    found = orders(ask.caller.unit, _kinds(kind), wanted, **at._asdict())
    return Answer(paged(found, at, _row))


def _row(order: Order) -> dict[str, Any]:
    sent, received = numbers_of(order)
    return {
        "kind": kind_of(order),
        SENDING.number.name: sent,
        RECEIVING.number.name: received,
        "partner_name": order.partner_name or "",
        "partner_uscc": order.partner,
        "first_at": to_second(order.first_at),
        "last_at": to_second(order.last_at),
        "status": status_of(order),
        "codes": order.codes,
    }


def _schema(kind: UnitKind) -> dict[str, Any]:
    time = schemas.TIME
    words = [ORDERS[one].word for one in _kinds(kind)]
    return shape(
        {
            "kind": said("类型", {"enum": words}),
            SENDING.number.name: said(SENDING.number.label),
            RECEIVING.number.name: said(RECEIVING.number.label),
            "partner_name": said(PARTNER.label),
            "partner_uscc": said(f"对方{CREDIT_CODE}；没有填报的为空文字"),
            "first_at": said("单据中最早的时间", time),
            "last_at": said("单据中最晚的时间", time),
            "status": said("状态"),
            "codes": said("追溯码数量", schemas.COUNT),
        }
    )
