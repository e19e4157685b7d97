"""The sign-in form, one for both kinds of account."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts import pictures
from accounts.models import Account
from accounts.names import TYPED_LENGTH, Kind

PASSWORD_LENGTH = 128

WRONG_CODE = "图形验证码不正确或已过期；请按新图片重新输入，不区分大小写。"
WRONG_PAIR = (
    "账号或密码不正确；请核对单位账号、统一社会信用代码或手机号，并重新输入密码，密码区分大小写。"
)


class SignInForm(forms.Form):
    """Judges the picture code first; only then are name and password looked at.

    The two fields of the picture code carry django-simple-captcha's usual names.
    """

    username = forms.CharField(
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
    password = forms.CharField(
        label="密码",
        max_length=PASSWORD_LENGTH,
        strip=False,
        error_messages={
            "required": "请输入密码。",
            "max_length": "密码超过 %(limit_value)d 个字符；请核对后重新输入。",
        },
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "placeholder": "请输入密码"}
        ),
    )
    captcha_0 = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        error_messages={"required": WRONG_CODE, "max_length": WRONG_CODE},
    )
    captcha_1 = forms.CharField(
        label="图形验证码",
        max_length=32,
        error_messages={"required": "请输入图形验证码。", "max_length": WRONG_CODE},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
                "placeholder": "请输入验证码",
            }
        ),
    )

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.account: Account | None = None

    def clean(self) -> dict[str, Any]:
        """Use the picture up in any case, then check name and password."""
        values = self.cleaned_data
        solved = pictures.redeem(values.get("captcha_0", ""), values.get("captcha_1", ""))
        if self.errors:
            return values
        if not solved:
            raise forms.ValidationError(WRONG_CODE, code="wrong_code")
        account = authenticate(
            self.request,
            username=values["username"],
            password=values["password"],
            kinds=(Kind.UNIT, Kind.AGENT),
        )
        if not isinstance(account, Account):
            raise forms.ValidationError(WRONG_PAIR, code="wrong_password")
        self.account = account
        return values
