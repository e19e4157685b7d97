"""An order and its codes in words: the columns of the list, of its page and of its workbook."""

from __future__ import annotations

from collections.abc import Callable

from portal.lib.clock import to_second
from portal.lib.identifiers import CREDIT_CODE
from portal.lib.sheets import Heading
from tracing.core.tables import Cell, shown
from tracing.library.typed_codes import CODE
from tracing.orders.queries_answers import Line
from tracing.records.bindings import column_of, of_business
from tracing.records.event_kinds import EventKind
from tracing.records.nodes import Side
from tracing.records.orders import ORDERS, RECEIVING, SENDING
from tracing.records.shapes import Shape
from tracing.stores.models_orders import Order

DIFFER = "各行不一致"
# The level of a code of which the unit may not know how it is packed, or that nobody uploaded.
NO_LEVEL = "级别未知"
_KIND, _PARTNER, _PARTNER_USCC = "类型", "对方单位", f"对方{CREDIT_CODE}"
_TIME, _STATUS, _CODES = "时间", "状态", "追溯码数量"
_LEVEL, _ANSWER = "包装级别", "对方确认情况"
# Of a lot: how many pieces of it.
_COUNT = column_of(Shape.EVENT, "cnt")


def kind_of(order: Order) -> str:
    """发货, 出库, 入库 or 收货."""
    return ORDERS[EventKind(order.kind)].word


def cells(order: Order) -> list[Cell]:
    """The line of an order in the list."""
    sent, received = numbers(order)
    return [
        Cell(_KIND, kind_of(order)),
        Cell(SENDING.number.label, sent, "code"),
        Cell(RECEIVING.number.label, received, "code"),
        Cell(_PARTNER, order.partner_name or ""),
        Cell(_PARTNER_USCC, order.partner, "code"),
        Cell(_TIME, _time(order)),
        Cell(_STATUS, status(order)),
        Cell(_CODES, str(order.codes), "number"),
    ]


def facts(order: Order) -> list[list[Cell]]:
    """All that the page of an order says above its codes, side by side: who sends, who receives."""
    sent, received = numbers(order)
    (sender, sender_code), (receiver, receiver_code) = SENDING.firm, RECEIVING.firm
    return [
        [
            Cell(_KIND, kind_of(order)),
            Cell(SENDING.number.label, sent),
            Cell(sender.label, order.sender_name or ""),
            Cell(sender_code.label, order.sender_uscc or ""),
            Cell(_TIME, _time(order)),
        ],
        [
            Cell(_CODES, str(order.codes)),
            Cell(RECEIVING.number.label, received),
            Cell(receiver.label, order.receiver_name or ""),
            Cell(receiver_code.label, order.receiver_uscc or ""),
            Cell(ORDERS[EventKind(order.kind)].paper.status.label, status(order)),
        ],
    ]


def line_cells(line: Line) -> list[Cell]:
    """The line of a code on the page of its order."""
    return [
        Cell(CODE.label, line.event.code, "code"),
        Cell(_LEVEL, line.level),
        Cell(_COUNT.label, shown(_COUNT, line.event.quantity), "number"),
        Cell(_TIME, to_second(line.event.happened_at), "nowrap"),
        Cell(_ANSWER, line.answer.label if line.answer else ""),
    ]


LINE_HEADS = (CODE.label, _LEVEL, _COUNT.label, _TIME, _ANSWER)
HEADS = (
    _KIND,
    SENDING.number.label,
    RECEIVING.number.label,
    _PARTNER,
    _PARTNER_USCC,
    _TIME,
    _STATUS,
    _CODES,
)
# Of the workbook: what the order says stands before each of its codes.
_WIDTHS = {_PARTNER: 30.0, _TIME: 42.0, CODE.label: 28.0, _ANSWER: 26.0}
_OF_CODE = f"{CODE.label}的{_TIME}"
COLUMNS = [
    Heading(str(place), label, _WIDTHS.get(label, 20.0))
    for place, label in enumerate([*HEADS, CODE.label, _LEVEL, _COUNT.label, _OF_CODE, _ANSWER])
]


def records(business: str) -> str:
    """The records of a business whose rows make orders: 国产药发货信息、国产药收货信息."""
    titles = (
        b.record.title
        for b in of_business(business)
        if b.event and set(b.event.kinds) & set(ORDERS)
    )
    return "、".join(titles)


def numbers(order: Order) -> tuple[str, str]:
    """The 发货单编号 and the 收货单编号 of an order."""
    other = _both(order.number_first, order.number_last, str, " 等")
    if ORDERS[EventKind(order.kind)].side is Side.SENDER:
        return order.document, other
    return other, order.document


def status(order: Order) -> str:
    show = ORDERS[EventKind(order.kind)].paper.status.kind.show
    first, last = order.status_first, order.status_last
    return DIFFER if first != last else _both(first, last, show)


def _time(order: Order) -> str:
    first, last = to_second(order.first_at), to_second(order.last_at)
    return first if first == last else f"{first} 至 {last}"


def _both(first: str | None, last: str | None, show: Callable[[str], str], more: str = "") -> str:
    """What rows say alike, or the first of what they say and that there is more."""
    if first is None:
        return ""
    return show(first) if first == last else f"{show(first)}{more}"
