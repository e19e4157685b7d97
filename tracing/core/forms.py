"""Fields of filter rows, made from columns of records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.core.forms_filters import TOO_LONG
from tracing.records.base import Column
from tracing.traces.queries import flaws_of


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
