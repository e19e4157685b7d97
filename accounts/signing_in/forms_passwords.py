"""Forms that set a password, or ask for the present one."""

from typing import Any

from django import forms

from accounts.signing_in.forms_fields import SmsCodeForm, name_field
from accounts.signing_in.forms_picture import PictureForm
from accounts.signing_in.passwords import HELP, LEAST, MOST

NO_CODE = "请输入短信验证码；没有收到时请返回上一步重新获取。"
DIFFERENT = "两次输入的新密码不一致；请重新输入。"


class PasswordField(forms.CharField):
    """A password as typed, blanks and all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST, strip=False, **options)


def password_field(label: str, autocomplete: str, **options: Any) -> forms.CharField:
    """A password; what is too long is refused in words."""
    attrs = {"autocomplete": autocomplete, "placeholder": f"请输入{label}"}
    if autocomplete == "new-password":
        attrs["data-strength-least"] = str(LEAST)
    return PasswordField(
        label=label,
        error_messages={
            "required": f"请输入{label}。",
            "max_length": f"{label}超过 %(limit_value)d 个字符；请缩短后重新输入。",
        },
        widget=forms.PasswordInput(attrs=attrs),
        **options,
    )


class PresentPasswordForm(forms.Form):
    """Base of a form that asks for the present password again."""

    password = password_field("当前密码", "current-password")


class NewPasswordForm(forms.Form):
    """Base of a form that sets a password: typed twice, alike."""

    new_password = password_field("新密码", "new-password", help_text=HELP)
    again = PasswordField(
        label="确认新密码",
        error_messages={
            "required": "请再次输入新密码。",
            "max_length": "新密码超过 %(limit_value)d 个字符；请缩短后重新输入。",
        },
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "placeholder": "请再次输入新密码"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        values = super().clean() or self.cleaned_data
        both = values.keys() >= {"new_password", "again"}
        if both and values["new_password"] != values["again"]:
            self.add_error("again", forms.ValidationError(DIFFERENT, code="different"))
        return values


class ChangePasswordForm(PresentPasswordForm, NewPasswordForm):
    """修改密码."""

    field_order = ("password", "new_password", "again")


class RecoveryForm(PictureForm):
    """忘记密码, first step: whose password, and the picture code."""

    username = name_field()

    field_order = ("username",)


class RecoverPasswordForm(SmsCodeForm, NewPasswordForm):
    """忘记密码, second step. Once the code is proven it is not asked for again."""

    field_order = ("sms_code", "new_password", "again")

    def __init__(self, data: Any = None, *, proved: bool) -> None:
        super().__init__(data)
        self.fields["sms_code"].error_messages["required"] = NO_CODE
        if proved:
            del self.fields["sms_code"]
