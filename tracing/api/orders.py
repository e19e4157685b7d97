"""订单 by interface: the orders of a unit, and the codes of one of them, as 订单查询 shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from portal.lib.clock import to_second
from portal.lib.identifiers import CREDIT_CODE
from portal.lib.refused import Refused
from tracing.api.asking import taken, unfit
from tracing.api.interfaces import Answer, Ask, Interface, Parameter
from tracing.api.schemas import Schema, fields, listed, number, text, worded
from tracing.core.paging import SIZES, Page, page_of
from tracing.core.tables import shown
from tracing.orders import order_words, queries_answers, queries_orders
from tracing.orders.actions_orders import kinds_of
from tracing.orders.forms_orders import NUMBER_LENGTH, PARTNER_LENGTH
from tracing.orders.queries_answers import Line, lines_of
from tracing.orders.queries_orders import OrderKey, order_of, rows_of
from tracing.records.bindings import BINDINGS, column_of
from tracing.records.orders import ORDERS
from tracing.records.shapes import Shape
from tracing.stores.models_orders import Order
from tracing.uploads.workbook.package import printable

SIZE = SIZES[0]
MOST_PAGES = 1_000_000
QUANTITY = column_of(Shape.EVENT, "cnt")
DAY = "应为 yyyy-MM-dd 的日期，不填不限"

CURRENT_PAGE = Parameter(
    "CURRENT_PAGE",
    "当前页",
    {"type": "integer", "minimum": 1, "maximum": MOST_PAGES},
    "应为从 1 开始的整数",
    required=True,
    example=1,
)
PAGE_SIZE = Parameter(
    "PAGE_SIZE",
    "每页条数",
    {"type": "integer", "enum": list(SIZES)},
    f"应为 {'、'.join(map(str, SIZES))} 之一，不填为 {SIZE}",
    example=SIZE,
)
PAGING = (CURRENT_PAGE, PAGE_SIZE)


def _kind(business: str, *, required: bool) -> Parameter:
    kinds = kinds_of(business)
    words = "，".join(f"{kind.value} {ORDERS[kind].word}" for kind in kinds)
    return Parameter(
        "KIND",
        "类型",
        {"type": "string", "enum": [kind.value for kind in kinds]},
        f"应为 {words}",
        required=required,
        example=kinds[0].value,
    )


def _list_parameters(business: str) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "NUMBER",
            "单据编号",
            "string",
            f"应为任一方的单据编号或其一部分，不超过 {NUMBER_LENGTH} 个字符，不填不限",
            length=NUMBER_LENGTH,
            example="FH20241217001",
        ),
        _kind(business, required=False),
        Parameter(
            "PARTNER",
            "对方单位",
            "string",
            f"应为对方名称或{CREDIT_CODE}的一部分，不超过 {PARTNER_LENGTH} 个字符，不填不限",
            length=PARTNER_LENGTH,
        ),
        Parameter("DATE_FROM", "开始日期", "string", DAY, length=10, example="2024-12-01"),
        Parameter("DATE_TO", "结束日期", "string", DAY, length=10, example="2024-12-31"),
        *PAGING,
    )


def _code_parameters(business: str) -> tuple[Parameter, ...]:
    return (
        _kind(business, required=True),
        Parameter(
            "DOCUMENT",
            "单据编号",
            "string",
            "应为订单查询答复的 DOCUMENT",
            required=True,
            length=NUMBER_LENGTH,
            example="FH20241217001",
        ),
        Parameter(
            "PARTNER_USCC",
            f"对方{CREDIT_CODE}",
            "string",
            "应为订单查询答复的 PARTNER_USCC，没有时不填",
            length=18,
        ),
        *PAGING,
    )


def order_interfaces() -> Iterator[Interface]:
    """The list and the codes, of each business whose rows make orders."""
    for business in dict.fromkeys(binding.business for binding in BINDINGS.values()):
        who = business.removesuffix("-upload")
        yield Interface(
            address=f"{who}/orders",
            title="订单信息查询",
            business=business,
            answer=partial(_orders, business),
            parameters=_list_parameters(business),
            returned=_paged("ORDERS", "订单，最近的在前", ORDER),
        )
        yield Interface(
            address=f"{who}/order-codes",
            title="订单追溯码查询",
            business=business,
            answer=partial(_codes, business),
            parameters=_code_parameters(business),
            returned=_paged("CODES", "追溯码", LINE),
        )


def _orders(business: str, ask: Ask) -> Answer:
    given = _taken(_list_parameters(business), ask.param)
    wanted = {
        name.lower(): given[name].strip() for name in ("NUMBER", "KIND", "PARTNER") if name in given
    }
    days = _day(given, "DATE_FROM"), _day(given, "DATE_TO")
    found = queries_orders.orders(
        ask.caller.unit,
        kinds_of(business),
        {**wanted, "days": days},
        number=given["CURRENT_PAGE"],
        size=given.get("PAGE_SIZE", SIZE),
    )
    return _answer("ORDERS", found, given, list(map(_order_told, found.rows)))


def _codes(business: str, ask: Ask) -> Answer:
    given = _taken(_code_parameters(business), ask.param)
    unit = ask.caller.unit
    key = OrderKey(given["KIND"], given["DOCUMENT"], given.get("PARTNER_USCC", ""))
    order = order_of(unit, kinds_of(business), key)
    if order is None:
        raise Refused("order_unknown", document=printable(given["DOCUMENT"]))
    rows = rows_of(unit, order)
    found = page_of(rows, ("code",), given["CURRENT_PAGE"], given.get("PAGE_SIZE", SIZE))
    lines = lines_of(unit, order, found.rows)
    return _answer("CODES", found, given, list(map(_line_told, lines)))


def _taken(parameters: tuple[Parameter, ...], param: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked, with the names in either case."""
    known = {parameter.name for parameter in parameters}
    names = [name.upper() if name.upper() in known else name for name in param]
    found = dict(zip(names, param.values(), strict=True))
    if len(found) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("param_spelled_twice", field=twice)
    return taken(parameters, found)


def _day(given: Mapping[str, Any], name: str) -> date | None:
    if name not in given:
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise unfit(name, f"“{printable(given[name])}”", DAY) from None


def _answer(name: str, found: Page[Any], given: Mapping[str, Any], rows: list[Any]) -> Answer:
    """A page; one past the last is empty, so that whoever goes on to the end finds it."""
    asked = given["CURRENT_PAGE"]
    return Answer(
        {
            "TOTAL": found.total,
            "PAGES": found.pages,
            "CURRENT_PAGE": asked,
            "PAGE_SIZE": found.size,
            name: rows if asked == found.number else [],
        }
    )


def _order_told(order: Order) -> dict[str, Any]:
    sent, received = order_words.numbers(order)
    return {
        "KIND": order.kind,
        "KIND_NAME": order_words.kind_of(order),
        "DOCUMENT": order.document,
        "PARTNER_USCC": order.partner,
        "PARTNER_NAME": order.partner_name or "",
        "SHP_SIN_NO": sent,
        "SHP_ORG_NAME": order.sender_name or "",
        "SHP_ORG_USCC": order.sender_uscc or "",
        "SHPP_SIN_NO": received,
        "SHPP_ORG_NAME": order.receiver_name or "",
        "SHPP_ORG_USCC": order.receiver_uscc or "",
        "FIRST_TIME": to_second(order.first_at),
        "LAST_TIME": to_second(order.last_at),
        "STATUS": order_words.status(order),
        "CODE_COUNT": order.codes,
    }


def _line_told(line: Line) -> dict[str, Any]:
    return {
        "TRAC_CODE": line.event.code,
        "LEVEL": line.level or order_words.NO_LEVEL,
        "CNT": shown(QUANTITY, line.event.quantity),
        "TIME": to_second(line.event.happened_at),
        "ANSWER": line.answer.code if line.answer else None,
        "ANSWER_NAME": line.answer.label if line.answer else "",
    }


def _paged(name: str, title: str, row: Schema) -> Schema:
    return fields(
        {
            "TOTAL": number("总条数"),
            "PAGES": number("总页数"),
            "CURRENT_PAGE": number("当前页"),
            "PAGE_SIZE": number("每页条数"),
            name: listed(title, row),
        }
    )


ORDER = fields(
    {
        "KIND": worded("类型", {kind.value: one.word for kind, one in ORDERS.items()}),
        "KIND_NAME": text("类型名称"),
        "DOCUMENT": text("本单位的单据编号"),
        "PARTNER_USCC": text(f"对方{CREDIT_CODE}，没有时为空"),
        "PARTNER_NAME": text("对方单位"),
        "SHP_SIN_NO": text("发货单编号"),
        "SHP_ORG_NAME": text("发货机构名称"),
        "SHP_ORG_USCC": text(f"发货机构{CREDIT_CODE}"),
        "SHPP_SIN_NO": text("收货单编号"),
        "SHPP_ORG_NAME": text("收货机构名称"),
        "SHPP_ORG_USCC": text(f"收货机构{CREDIT_CODE}"),
        "FIRST_TIME": text("最早的时间"),
        "LAST_TIME": text("最晚的时间"),
        "STATUS": text("状态"),
        "CODE_COUNT": number("追溯码数量"),
    }
)
LINE = fields(
    {
        "TRAC_CODE": text("追溯码"),
        "LEVEL": text("包装级别"),
        "CNT": text("数量，没有时为空"),
        "TIME": text("时间"),
        "ANSWER": {
            "type": ["string", "null"],
            "title": "对方确认情况，不需确认时为 null",
            "enum": [*(answer.code for answer in queries_answers.Answer), None],
        },
        "ANSWER_NAME": text("对方确认情况的说明"),
    }
)
