"""The search among the codes of a batch."""

from __future__ import annotations

from django import forms

from accounts.core.forms_filters import TOO_LONG
from tracing.library.typed_codes import CODE_LENGTH
from tracing.traces.forms import TraceCodeField

LABEL = "追溯码或包装码"


class CodeSearch(forms.Form):
    """Asks for a code of any pack level."""

    code = TraceCodeField(
        label=LABEL,
        required=False,
        max_length=CODE_LENGTH,
        widget=forms.TextInput(
            attrs={
                "placeholder": f"请输入{LABEL}",
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "off",
            }
        ),
        error_messages={"max_length": TOO_LONG.format(label=LABEL)},
    )
