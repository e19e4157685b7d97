"""Fields of filter rows, made from columns of records, and the row itself."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django import forms

from tracing.records.base import Column

DAYS_REVERSED = (
    "{label}的结束日期 {last} 早于开始日期 {first}；请改为不早于开始日期的一天，或对调两个日期。"
)


def text_field(column: Column, alias: str = "") -> forms.CharField:
    """A filter by one column of a record, by its label or by the alias that the screen uses."""
    if alias and alias not in column.aliases:
        raise ValueError(f"{column.name} has no alias {alias}")
    label = alias or column.label
    return forms.CharField(
        label=label,
        required=False,
        max_length=column.kind.length or 100,
        widget=forms.TextInput(attrs={"placeholder": f"请输入{label}"}),
        error_messages={
            "max_length": f"{label}最多 %(limit_value)d 个字符，"
            "现在有 %(show_value)d 个；请检查是否粘贴了多余内容。"
        },
    )


def date_field(label: str) -> forms.DateField:
    """A filter by a whole local day."""
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"],
        error_messages={"invalid": f"{label}不是日期。请按 2024-11-20 的样式填写。"},
    )


def choice_field(column: Column) -> forms.ChoiceField:
    """A filter by a coded column."""
    return forms.ChoiceField(
        label=column.label,
        required=False,
        choices=[("", "请选择"), *column.kind.values],
        error_messages={"invalid_choice": f"{column.label}没有“%(value)s”这一项；请从列表中选择。"},
    )


class DayRange(NamedTuple):
    """Two days of a filter under one label."""

    label: str
    first: forms.BoundField
    last: forms.BoundField


class FilterForm(forms.Form):
    """A filter row. `ranges` maps the label of two days to the fields that hold them."""

    ranges: ClassVar[dict[str, tuple[str, str]]] = {}

    def single_fields(self) -> list[forms.BoundField]:
        """The fields that stand alone."""
        paired = {name for pair in self.ranges.values() for name in pair}
        return [field for field in self.visible_fields() if field.name not in paired]

    def day_ranges(self) -> list[DayRange]:
        """The fields that stand in pairs, 开始日期 and 结束日期."""
        return [DayRange(label, self[a], self[b]) for label, (a, b) in self.ranges.items()]

    def clean(self) -> dict[str, Any]:
        """Refuse days that end before they begin."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for label, (a, b) in self.ranges.items():
            first, last = cleaned.get(a), cleaned.get(b)
            if first and last and last < first:
                self.add_error(b, DAYS_REVERSED.format(label=label, first=first, last=last))
        return cleaned
