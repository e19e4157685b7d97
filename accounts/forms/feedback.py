"""What someone wants to tell staff."""

from django import forms

from accounts.actions.feedback import TEXT_LENGTH


class FeedbackForm(forms.Form):
    """The text and, hidden, the page it is about. What is wrong with them the action says."""

    text = forms.CharField(
        label="内容",
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "maxlength": TEXT_LENGTH,
                "required": True,
                "placeholder": "请描述遇到的问题或建议，平台工作人员会在这里答复",
                "aria-describedby": "feedback-hint",
            }
        ),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)
