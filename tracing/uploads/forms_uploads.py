"""The filter row of 上传记录."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.forms_filters import FilterForm, date_field
from tracing.records import RECORDS
from tracing.uploads.outcome import states

EVERY = ("", "全部")
NOT_OFFERED = "{label}没有“%(value)s”这一项；请从列表中选择。"


def _choice(label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[EVERY, *choices],
        error_messages={"invalid_choice": NOT_OFFERED.format(label=label)},
    )


class UploadsFilter(FilterForm):
    """Asks for a part of the uploads at a desk; `agents` are those who uploaded there."""

    ranges = {"上传日期": ("first", "last")}

    first = date_field("开始日期")
    last = date_field("结束日期")

    def __init__(self, data: Any, *, records: Sequence[str], agents: Sequence[Agent]) -> None:
        super().__init__(data)
        titles = [(code, f"{RECORDS[code].title}上传") for code in records]
        people = [(str(agent.pk), called(agent)) for agent in agents]
        self.fields["record"] = _choice("导入模板", titles)
        self.fields["state"] = _choice("状态", states())
        self.fields["agent"] = _choice("经办人", people)

    def wanted(self) -> dict[str, Any]:
        """The conditions that were filled in."""
        return {name: value for name, value in self.cleaned_data.items() if value}
