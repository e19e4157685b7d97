"""Why a unit wants to be reminded no more."""

from __future__ import annotations

from django import forms

from accounts.core.columns import REASON_LENGTH
from accounts.core.forms import written_field


class SilenceForm(forms.Form):
    """The reason of 不再提醒."""

    reason = written_field(
        "原因", REASON_LENGTH, rows=3, placeholder="如：此批次未上市销售，不再上传"
    )
