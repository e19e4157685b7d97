"""Forms about an agent that the unit has already."""

from django import forms

from accounts.actions.identity import REASON_LENGTH


class ShowNumberForm(forms.Form):
    """Why the whole identity number is needed."""

    reason = forms.CharField(
        label="查看原因",
        max_length=REASON_LENGTH,
        help_text="原因会记入操作记录，经办人会收到消息；请不要填写号码。",
        error_messages={
            "required": "请填写查看原因。",
            "max_length": "查看原因有 %(show_value)d 个字，最多 %(limit_value)d 个；请缩短。",
        },
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "请输入查看原因"}),
    )
