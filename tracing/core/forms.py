"""Fields of filter rows, made from columns of records."""

from __future__ import annotations

from django import forms

from accounts.core.forms_filters import TOO_LONG
from tracing.records.base import Column


def text_field(
    column: Column, alias: str = "", field: type[forms.CharField] = forms.CharField
) -> forms.CharField:
    """A filter by one column of a record, by its label or by the alias that the screen uses."""
    if alias and alias not in column.aliases:
        raise ValueError(f"{column.name} has no alias {alias}")
    label = alias or column.label
    return field(
        label=label,
        required=False,
        max_length=column.kind.length or 100,
        widget=forms.TextInput(attrs={"placeholder": f"请输入{label}"}),
        error_messages={"max_length": TOO_LONG.format(label=label)},
    )


def choice_field(column: Column) -> forms.ChoiceField:
    """A filter by a coded column."""
    return forms.ChoiceField(
        label=column.label,
        required=False,
        choices=[("", "请选择"), *column.kind.values],
        error_messages={"invalid_choice": f"{column.label}没有“%(value)s”这一项；请从列表中选择。"},
    )
