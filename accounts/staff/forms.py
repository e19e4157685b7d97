"""The forms by which staff sign in."""

from django import forms

from accounts.core.forms import typed_field
from accounts.core.names import AccountKind
from accounts.signing_in.forms import SignInForm
from accounts.staff.actions_factors import TYPED_LENGTH


class StaffSignInForm(SignInForm):
    """Name, password and picture code of a staff account; the one-time code follows."""

    kinds = (AccountKind.STAFF,)
    wrong_pair = "账号或密码不正确；请核对工作人员账号，并重新输入密码，密码区分大小写。"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        name = self.fields["username"]
        name.label = "工作人员账号"
        name.widget.attrs["placeholder"] = "请输入工作人员账号"
        name.error_messages["required"] = "请输入工作人员账号。"


class CodeForm(forms.Form):
    """A one-time code."""

    code = typed_field(
        "一次性验证码",
        TYPED_LENGTH,
        help_text="身份验证器应用中显示的 6 位数字，每 30 秒更换一次，每个只能使用一次。",
        required="请输入身份验证器应用中显示的 6 位数字。",
        too_long="一次性验证码应为 6 位数字；请核对后重新输入。",
        placeholder="请输入 6 位数字",
        autocomplete="one-time-code",
        inputmode="numeric",
        spellcheck="false",
    )
