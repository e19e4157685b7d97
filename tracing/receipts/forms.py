"""What the public page asks for."""

from __future__ import annotations

from django import forms

from tracing.receipts.receipts import LONGEST


class ReceiptForm(forms.Form):
    """The code that stands on a receipt."""

    code = forms.CharField(
        label="回执核验码",
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"placeholder": "请输入回执上的核验码", "autocomplete": "off"}
        ),
        error_messages={
            "required": "没有填写回执核验码；请照回执下方的“核验码”填写，或扫描回执上的二维码。",
            "max_length": (
                "回执核验码最多 %(limit_value)d 个字符，现在有 %(show_value)d 个；"
                "请检查是否粘贴了多余内容。"
            ),
        },
    )
