"""The field in which somebody says who they are before signing in."""

from django import forms

from accounts.names import TYPED_LENGTH


def name_field() -> forms.CharField:
    """An account name, credit code or mobile number, as typed."""
    return forms.CharField(
        label="单位账号/统一社会信用代码/手机号",
        max_length=TYPED_LENGTH,
        error_messages={
            "required": "请输入单位账号、统一社会信用代码或手机号。",
            "max_length": "账号超过 %(limit_value)d 个字符；请核对后重新输入。",
        },
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "off",
                "spellcheck": "false",
                "placeholder": "请输入单位账号或统一社会信用代码；经办人请输入手机号",
            }
        ),
    )
