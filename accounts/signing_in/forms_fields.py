"""Fields that several forms ask for: who one is, and the code by SMS."""

from typing import Any

from django import forms

from accounts.core.forms import invalid, typed_field
from accounts.core.names import TYPED_LENGTH, AccountKind, canonical, is_name
from accounts.signing_in.sms_codes import DIGITS
from accounts.signing_in.sms_codes import TYPED_LENGTH as TYPED_CODE_LENGTH
from portal.lib.identifiers import CREDIT_CODE
from portal.lib.refused import refusal


def name_field() -> forms.CharField:
    """An account name, credit code or mobile number, as typed."""
    return typed_field(
        f"单位账号/{CREDIT_CODE}/手机号",
        TYPED_LENGTH,
        required=f"请输入单位账号、{CREDIT_CODE}或手机号。",
        too_long="账号超过 %(limit_value)d 个字符；请核对后重新输入。",
        placeholder=f"请输入单位账号或{CREDIT_CODE}；经办人请输入手机号",
        autocomplete="username",
        autocapitalize="off",
        spellcheck="false",
    )


NOT_A_CODE = f"短信验证码应为 {DIGITS} 位数字；请核对最新一条短信后重新输入。"

SEND, ANOTHER = "send", "another"


class SmsCodeForm(forms.Form):
    """Base of a form whose last submit needs the SMS code; `sms_fields.html`
    shows it. The picture code is needed by 发送验证码 alone, and judged there."""

    sms_code = forms.RegexField(
        label="短信验证码",
        regex=rf"^\s*[0-9０-９]{{{DIGITS}}}\s*$",
        max_length=TYPED_CODE_LENGTH,
        error_messages={
            "required": "请输入短信验证码；没有收到时请先点击【发送验证码】。",
            "invalid": NOT_A_CODE,
            "max_length": NOT_A_CODE,
        },
    )


class MobileField(forms.CharField):
    """A mobile number however it was typed; its clean value is canonical, 11 digits."""

    def __init__(self, **options: Any) -> None:
        options = {
            "label": "手机号",
            "max_length": TYPED_LENGTH,
            "error_messages": {"required": "请输入手机号。"},
            "widget": forms.TextInput(
                attrs={
                    "autocomplete": "tel-national",
                    "inputmode": "tel",
                    "placeholder": "请输入手机号",
                }
            ),
            **options,
        }
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return the canonical number; refuse what is none."""
        typed: str = super().clean(value)
        mobile = canonical(typed).name
        if not is_name(AccountKind.AGENT, mobile):
            raise invalid(refusal("mobile_invalid", mobile=typed))
        return mobile


class MobileSmsForm(SmsCodeForm):
    """A mobile number and the code sent to it."""

    mobile = MobileField()

    field_order = ("mobile", "sms_code")
