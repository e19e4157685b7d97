"""The filter row of a list, and its days."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django import forms

from accounts.agents.models import Agent
from accounts.core.columns import length_of

AGENT_LENGTH = length_of(Agent, "name")

DAYS_REVERSED = (
    "{label}的结束日期 {last} 早于开始日期 {first}；请改为不早于开始日期的一天，或对调两个日期。"
)

TOO_LONG = (
    "{label}最多 %(limit_value)d 个字符，现在有 %(show_value)d 个；请检查是否粘贴了多余内容。"
)


def search_field(label: str, length: int) -> forms.CharField:
    """A filter by a text of at most `length` characters."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=length,
        error_messages={"max_length": TOO_LONG.format(label=label)},
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


class SearchForm(FilterForm):
    """A list that is searched by one field."""

    def words(self) -> str:
        """What is searched for; nothing for what is too long, which the field then says."""
        return "".join(self.cleaned_data.values()) if self.is_valid() else ""
