"""What 订单查询 asks for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from accounts.core.forms import HiddenText
from accounts.core.forms_filters import FilterForm, date_field, search_field
from portal.lib.identifiers import CREDIT_CODE
from tracing.library.typed_codes import CODE, CODE_LENGTH
from tracing.orders.queries_answers import Answer
from tracing.records.event_kinds import EventKind
from tracing.records.orders import ORDERS, SENDING

NUMBER_LENGTH = SENDING.number.kind.length or 0
PARTNER_LENGTH = SENDING.firm[0].kind.length or 0


class OrderFilter(FilterForm):
    """The filter row of the orders: either side's number, the type, the other side, the days."""

    ranges = {"日期": ("from", "to")}

    number = search_field("单据编号", NUMBER_LENGTH)
    kind = forms.ChoiceField(label="类型", required=False)
    partner = search_field("对方单位", PARTNER_LENGTH)

    def __init__(self, *args: Any, kinds: Collection[EventKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "请选择"), *((kind.value, ORDERS[kind].word) for kind in kinds)]
        self.fields["kind"] = forms.ChoiceField(
            label="类型",
            required=False,
            choices=choices,
            error_messages={"invalid_choice": "没有这一种类型；请从列表中选择。"},
        )
        self.fields["number"].widget.attrs["placeholder"] = "发货单或收货单的编号"
        self.fields["partner"].widget.attrs["placeholder"] = f"名称或{CREDIT_CODE}"
        # No names that a class may give.
        self.fields["from"] = date_field("开始日期")
        self.fields["to"] = date_field("结束日期")

    def wanted(self) -> dict[str, Any]:
        """The conditions that were filled in, as `queries_orders.orders` takes them."""
        given = self.cleaned_data
        wanted = {name: given[name].strip() for name in ("number", "kind", "partner")}
        days = given["from"], given["to"]
        return {
            **{name: text for name, text in wanted.items() if text},
            **({"days": days} if any(days) else {}),
        }


class CodesFilter(FilterForm):
    """The filter row of the codes of one order, which the hidden fields name."""

    kind = HiddenText()
    document = HiddenText()
    partner = HiddenText()
    code = search_field(CODE.label, CODE_LENGTH)
    answer = forms.ChoiceField(
        label="对方确认情况",
        required=False,
        choices=[("", "请选择"), *((answer.code, answer.label) for answer in Answer)],
        error_messages={"invalid_choice": "没有这一种情况；请从列表中选择。"},
    )

    def __init__(self, *args: Any, compared: bool, **kwargs: Any) -> None:
        """`compared`: whether the order is compared as a whole, so that answers can be asked."""
        super().__init__(*args, **kwargs)
        if not compared:
            del self.fields["answer"]

    def wanted(self) -> tuple[str, str]:
        """A part of a code, and an answer; empty for any."""
        given = self.cleaned_data
        return given["code"].strip(), given.get("answer", "")
