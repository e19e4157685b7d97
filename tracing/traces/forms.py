"""The three ways to ask of 追溯信息查询."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.core.forms import HiddenText
from accounts.core.forms_filters import FilterForm, date_field
from tracing.core.forms import text_field
from tracing.library.typed_codes import CODE_LENGTH, canonical
from tracing.records.bindings import column_of
from tracing.records.column_kinds import Code
from tracing.records.shapes import SERIAL, Shape
from tracing.records.words import GOODS_CODE, GOODS_CODE_UPLOADED
from tracing.stores.models_codes import BATCH_LENGTH
from tracing.traces.queries import flaws_of
from tracing.traces.selections import By, ByBatch, ByCode, ByDates


class TraceCodeField(forms.CharField):
    """A trace code, typed or scanned in any spelling.

    What can be none is refused with what an import says of it: 未查到 would send
    people to look for a code that was only spoiled on its way.
    """

    def clean(self, value: Any) -> Any:
        """The text as it was typed. Raises ValidationError."""
        typed = super().clean(value)
        flaws = flaws_of(typed, str(self.label)) if typed else []
        if flaws:
            raise ValidationError(flaws)
        return typed


SERIAL_COLUMN = column_of(Shape.PRODUCT, SERIAL)
# What the page calls the two by which a batch is asked for.
SERIAL_ASKED, LOT_LABEL = SERIAL_COLUMN.aliases[0], column_of(Shape.PRODUCT, "manu_lotnum").label
ONE_DAY = "没有选择{label}；请把开始日期和结束日期都选上，只查一天时两个日期相同。"


class CodeQuery(FilterForm):
    """单码查询."""

    tab = HiddenText()
    code = TraceCodeField(
        label=GOODS_CODE,
        required=False,
        max_length=CODE_LENGTH,
        widget=forms.TextInput(
            attrs={
                "placeholder": f"请输入{GOODS_CODE}",
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "off",
            }
        ),
        error_messages={
            "max_length": f"{GOODS_CODE}最多 %(limit_value)d 个字符，"
            "现在有 %(show_value)d 个；请检查是否粘贴了多个码。"
        },
    )

    def selection(self) -> ByCode | None:
        """What is asked for; None for nothing."""
        code = canonical(self.cleaned_data["code"])
        return None if code is None else ByCode(code)


class BatchQuery(FilterForm):
    """批量查询: by 追溯码唯一流水号 or by 药品生产批号."""

    tab = HiddenText()
    # As long as what stands for a 流水号: 医保耗材代码 and 生产批号 of a consumable.
    batch = text_field(replace(SERIAL_COLUMN, kind=Code(BATCH_LENGTH)), SERIAL_ASKED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].widget.attrs["placeholder"] = f"请输入产品批号或{LOT_LABEL}"

    def selection(self) -> ByBatch | None:
        """What is asked for; None for nothing."""
        batch = self.cleaned_data["batch"]
        return ByBatch(batch) if batch else None


class DayQuery(FilterForm):
    """日期查询."""

    ranges = {GOODS_CODE_UPLOADED: ("from", "to")}

    tab = HiddenText()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No names that a class may give, but those of the filter that an export keeps.
        self.fields["from"] = date_field("开始日期")
        self.fields["to"] = date_field("结束日期")

    def clean(self) -> dict[str, Any]:
        """Ask for both days."""
        cleaned = super().clean()
        for name, other in (("from", "to"), ("to", "from")):
            if cleaned.get(other) and name in cleaned and not cleaned[name]:
                self.add_error(name, ONE_DAY.format(label=self.fields[name].label))
        return cleaned

    def selection(self) -> ByDates | None:
        """What is asked for; None for nothing."""
        first, last = self.cleaned_data["from"], self.cleaned_data["to"]
        return ByDates(first, last) if first and last else None


# The tabs of 追溯信息查询, in their order.
QUERIES: dict[By, type[CodeQuery] | type[BatchQuery] | type[DayQuery]] = {
    By.CODE: CodeQuery,
    By.BATCH: BatchQuery,
    By.DATE: DayQuery,
}
