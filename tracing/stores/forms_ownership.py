"""The form by which staff move codes."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.core.columns import REASON_LENGTH
from accounts.core.forms import invalid
from accounts.core.names import TYPED_LENGTH
from accounts.core.queries import unit_for
from accounts.units.models import Unit
from portal.lib.identifiers import CREDIT_CODE
from portal.lib.refused import refusal
from tracing.stores.actions_ownership import codes_in
from tracing.stores.ownership import MOST_LISTED

MAX_BYTES = 256 * 1024
NO_TEXT = "文件不是 UTF-8 编码的文本；请另存为文本文件（每行一个追溯码）后重新选择，或直接粘贴。"


class OwnershipForm(forms.Form):
    """Which codes, to whom and why. Codes are pasted, or come in a text file, or both."""

    codes = forms.CharField(
        label="追溯码",
        required=False,
        max_length=MAX_BYTES,
        help_text=f"每行一个，最多 {MOST_LISTED} 个；小、中、大包装均可，包装连同内装物一起移动。",
        error_messages={"max_length": "内容过长；请分次操作。"},
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "vLargeTextField"}),
    )
    file = forms.FileField(
        label="或选择文本文件",
        required=False,
        help_text="每行一个追溯码，最大 256K。",
        error_messages={"empty": "所选文件是空的；请重新选择。"},
    )
    to = forms.CharField(
        label="移入单位",
        max_length=TYPED_LENGTH,
        help_text=f"单位账号或{CREDIT_CODE}。",
        error_messages={"required": f"请填写移入单位的单位账号或{CREDIT_CODE}。"},
    )
    reason = forms.CharField(
        label="原因",
        max_length=REASON_LENGTH,
        help_text="两个单位都会看到这句话，请勿写明对方单位；写入操作记录后不能修改。",
        error_messages={
            "required": "请填写原因。",
            "max_length": "原因有 %(show_value)d 字，最多 %(limit_value)d 字；请缩短。",
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_file(self) -> str:
        """Read the file as text."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MAX_BYTES:
            raise forms.ValidationError("文件超过 256K；请分次操作。")
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(NO_TEXT) from error
        if "\0" in text:
            raise forms.ValidationError(NO_TEXT)
        return text

    def clean_to(self) -> Unit:
        """Find the unit."""
        unit = unit_for(self.cleaned_data["to"])
        if unit is None:
            raise forms.ValidationError(f"没有此单位；请核对单位账号或{CREDIT_CODE}。")
        return unit

    def clean(self) -> dict[str, Any]:
        """Put both lists together."""
        values = self.cleaned_data
        texts = f"{values.get('codes', '')}\n{values.get('file', '')}"
        values["listed"] = codes_in(texts)
        if not values["listed"] and not self.errors:
            self.add_error("codes", invalid(refusal("codes_missing")))
        return values
