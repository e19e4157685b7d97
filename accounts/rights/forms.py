"""The forms of 转授权, 临时代办 and 申请权限."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.agents.models import Agent
from accounts.core.actions import called
from accounts.core.forms import HiddenText
from accounts.core.forms_filters import SearchForm, search_field
from accounts.rights.actions_asking import TEXT_LENGTH
from accounts.rights.actions_handing_over import MOST_DAYS
from accounts.rights.catalogue import SEARCH_LENGTH as SERVICE_LENGTH


class ServiceSearch(SearchForm):
    """The search of 服务目录."""

    q = search_field("服务名称", SERVICE_LENGTH)


MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]

ID_DIGITS = 19

MOMENT_WRONG = "应为日期和时间，例如 2026-01-31 08:30；请重新选择。"

AGENT_WRONG = "所选经办人不在本单位的经办人名单中；请从列表中重新选择。"


class ToSomebody(forms.Form):
    """Which agent, and who held the business when the page was made."""

    agent_label: str

    holder = HiddenText()
    agent = forms.TypedChoiceField(
        coerce=int,
        error_messages={"required": "请选择经办人。", "invalid_choice": AGENT_WRONG},
    )

    def __init__(self, agents: Sequence[Agent], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["agent"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - tells mypy which field
        field.label = self.agent_label
        field.choices = [
            ("", "请选择经办人"),
            *((agent.pk, called(agent)) for agent in agents),
        ]

    @property
    def holder_id(self) -> int:
        """The agent who held the business when the page was made; 0, nobody's, for anything else.

        What is wrong there is not the user's doing: the action finds that the holder has changed.
        """
        typed: str = self.cleaned_data["holder"]
        return int(typed) if typed.isdecimal() and len(typed) < ID_DIGITS else 0


class HandOverForm(ToSomebody):
    """转授权: the new holder."""

    agent_label = "新经办人"


def _moment(label: str, **more: Any) -> forms.DateTimeField:
    """A moment to the minute, typed or picked, in Shanghai."""
    return forms.DateTimeField(
        label=label,
        input_formats=MOMENTS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENTS[0]),
        error_messages={"invalid": MOMENT_WRONG, "required": f"请选择{label}。"},
        **more,
    )


class StandInForm(ToSomebody):
    """临时代办: who stands in, and when."""

    agent_label = "代办人"

    starts_at = _moment("开始时间", required=False, help_text="不填写则立即开始。")
    ends_at = _moment(
        "结束时间", help_text=f"到期自动结束，最多 {MOST_DAYS} 天；也可以随时提前结束。"
    )


def _text(label: str, hint: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": hint}),
        error_messages={
            "max_length": "填写的说明有 %(show_value)d 个字，最多 %(limit_value)d 个；请缩短。"
        },
    )


class AskForm(forms.Form):
    """申请权限: why, if the agent wants to say."""

    reason = _text("申请说明", "可以不填写")


class AnswerForm(forms.Form):
    """不同意: why, if the unit wants to say."""

    note = _text("不同意的说明", "可以不填写，经办人会看到")
