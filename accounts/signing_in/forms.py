"""The sign-in form, one for both kinds of account."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.signing_in import pictures
from accounts.signing_in.forms_fields import SmsCodeForm, name_field
from accounts.signing_in.forms_passwords import PasswordField
from accounts.signing_in.forms_picture import WRONG_CODE, PictureForm
from portal.lib.identifiers import CREDIT_CODE

WRONG_PAIR = (
    f"账号或密码不正确；请核对单位账号、{CREDIT_CODE}或手机号，并重新输入密码，密码区分大小写。"
)


class SignInForm(PictureForm):
    """Judges the picture code first; only then are name and password looked at."""

    kinds: ClassVar[tuple[AccountKind, ...]] = (AccountKind.UNIT, AccountKind.AGENT)
    wrong_pair = WRONG_PAIR

    username = name_field()
    password = PasswordField(
        "密码",
        ask="请输入密码",
        too_long="密码超过 %(limit_value)d 个字符；请核对后重新输入。",
        autocomplete="current-password",
    )
    field_order = ("username", "password", "captcha_0", "captcha_1")

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request
        self.account: Account | None = None

    def clean(self) -> dict[str, Any]:
        """Use the picture up in any case, then check name and password."""
        values = self.cleaned_data
        solved = pictures.redeem(
            self.request, values.get("captcha_0", ""), values.get("captcha_1", "")
        )
        if self.errors:
            return values
        if not solved:
            raise forms.ValidationError(WRONG_CODE, code="wrong_code")
        account = authenticate(
            self.request,
            username=values["username"],
            password=values["password"],
            kinds=self.kinds,
        )
        if not isinstance(account, Account):
            raise forms.ValidationError(self.wrong_pair, code="wrong_password")
        self.account = account
        return values


class SignInCodeForm(SmsCodeForm):
    """The second step of a sign-in."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        required = "请输入短信验证码；没有收到时请点击【重新发送】。"
        self.fields["sms_code"].error_messages["required"] = required
