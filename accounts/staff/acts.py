"""What staff may do to a row, as data: the page, the permission, what is asked, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms

from accounts.core.columns import REASON_LENGTH
from accounts.core.forms import written_field
from accounts.core.origin import Origin


class Shown(NamedTuple):
    """What an act shows once, on the page that answers it: label and value. It is kept nowhere."""

    facts: list[tuple[str, str]]


Run = Callable[[Any, dict[str, Any], Origin], str | Shown]


class ReasonForm(forms.Form):
    """Why."""

    reason = written_field(
        "原因",
        REASON_LENGTH,
        rows=3,
        help_text=f"写入操作记录，最多 {REASON_LENGTH} 个字；请勿填写证件号码等个人信息。",
    )


class SureForm(forms.Form):
    """Nothing is asked but to be sure."""

    sure = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)


def _always(row: Any) -> bool:
    return True


def _nothing(row: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Act:
    """One thing staff may do to a row.

    `name` stands in its address. `run` does it, raises `Refused`, and returns the sentence that
    tells of it or what is to be shown. `offered` says whether the row is such that it makes sense,
    else `not_offered` is said. `note` tells what will follow, above the form.
    """

    name: str
    title: str
    permission: str
    run: Run
    form: type[forms.Form] = ReasonForm
    offered: Callable[[Any], bool] = _always
    not_offered: str = "此操作在当前状态下不适用；页面显示的是最新状态。"
    initial: Callable[[Any], dict[str, Any]] = _nothing
    note: str = ""
