"""Forms that set a password, or ask for the present one."""

from typing import Any

from django import forms

from accounts.signing_in.forms_fields import SmsCodeForm, name_field
from accounts.signing_in.forms_picture import PictureForm
from accounts.signing_in.passwords import HELP, LEAST, MOST

NO_CODE = "请输入短信验证码；没有收到时请返回上一步重新获取。"
DIFFERENT = "两次输入的新密码不一致；请重新输入。"


class PasswordField(forms.CharField):
    """A password as typed, blanks and all. `ask` stands in the empty box and is said of one."""

    def __init__(
        self, label: str, *, ask: str, too_long: str, autocomplete: str, help_text: str = ""
    ) -> None:
        super().__init__(
            label=label,
            max_length=MOST,
            strip=False,
            help_text=help_text,
            error_messages={"required": f"{ask}。", "max_length": too_long},
            widget=forms.PasswordInput({"autocomplete": autocomplete, "placeholder": ask}),
        )


def password_field(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    """A password; what is too long is refused in words."""
    too_long = f"{label}超过 %(limit_value)d 个字符；请缩短后重新输入。"
    field = PasswordField(
        label,
        ask=f"请输入{label}",
        too_long=too_long,
        autocomplete=autocomplete,
        help_text=help_text,
    )
    if autocomplete == "new-password":
        field.widget.attrs["data-strength-least"] = str(LEAST)
    return field


class PresentPasswordForm(forms.Form):
    """Base of a form that asks for the present password again."""

    password = password_field("当前密码", "current-password")


class NewPasswordForm(forms.Form):
    """Base of a form that sets a password: typed twice, alike."""

    new_password = password_field("新密码", "new-password", help_text=HELP)
    again = PasswordField(
        "确认新密码",
        ask="请再次输入新密码",
        too_long="新密码超过 %(limit_value)d 个字符；请缩短后重新输入。",
        autocomplete="new-password",
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
