"""What someone wants to tell staff."""

from typing import Any

from django import forms

from accounts.core.forms import HiddenText
from accounts.messages.actions import TEXT_LENGTH
from portal.lib.refused import refusal

TOO_LONG = refusal("feedback_too_long", found="%(show_value)d", limit="%(limit_value)d").message


class Lines(forms.CharField):
    """A text of several lines, whose breaks count as one character each, as in the browser."""

    def to_python(self, value: Any) -> str:
        """Return the text with the breaks of this side."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n")


class FeedbackForm(forms.Form):
    """The text and, hidden, the page it is about. What else is wrong the action says."""

    text = Lines(
        label="内容",
        required=False,
        max_length=TEXT_LENGTH,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "required": True,
                "placeholder": "请描述遇到的问题或建议，平台工作人员会在这里答复",
                "aria-describedby": "feedback-hint",
            }
        ),
    )
    page = HiddenText()
