"""The filter row of 操作记录."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.forms_filters import TOO_LONG, FilterForm, date_field
from accounts.log.entry_words import STAFF_WORDS, SYSTEM_WORDS, UNIT_WORDS
from accounts.log.operations import OPERATIONS
from accounts.log.queries import STAFF, SYSTEM, UNIT, LogFilter

EVERY = ("", "全部")
TEXT_LENGTH = 200
NOT_OFFERED = "{label}没有“%(value)s”这一项；请从列表中选择。"


class LogFilterForm(FilterForm):
    """Asks for a part of the log; `agents` are those who may be chosen as who acted."""

    ranges = {"日期": ("first", "last")}

    action = forms.ChoiceField(
        label="操作",
        required=False,
        choices=[EVERY, *sorted(OPERATIONS.items(), key=lambda pair: pair[1])],
        error_messages={"invalid_choice": NOT_OFFERED.format(label="操作")},
    )
    who = forms.ChoiceField()
    text = forms.CharField(
        label="对象",
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": "请输入对象中的文字"}),
        error_messages={"max_length": TOO_LONG.format(label="对象")},
    )
    first = date_field("开始日期")
    last = date_field("结束日期")

    def __init__(self, data: Any, agents: Sequence[Agent]) -> None:
        super().__init__(data)
        self.actors = {
            "": "全部",
            UNIT: UNIT_WORDS,
            **{str(agent.pk): called(agent) for agent in agents},
            SYSTEM: SYSTEM_WORDS,
            STAFF: STAFF_WORDS,
        }
        # In the place that the declared one holds in the row.
        self.fields["who"] = forms.ChoiceField(
            label="操作人",
            required=False,
            choices=list(self.actors.items()),
            error_messages={"invalid_choice": NOT_OFFERED.format(label="操作人")},
        )

    def wanted(self) -> LogFilter | None:
        """What is asked for; None for what cannot be."""
        return LogFilter(**self.cleaned_data) if self.is_valid() else None

    def who_words(self) -> str:
        """Whom a good filter means, in words."""
        return self.actors[self.cleaned_data["who"]]
