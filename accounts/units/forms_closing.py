"""The form that ends an account: the password, a code by SMS and, for a unit, its name."""

from django import forms

from accounts.core.columns import length_of
from accounts.core.models import Account
from accounts.core.names import AccountKind
from accounts.signing_in.forms_fields import SmsCodeForm
from accounts.signing_in.forms_passwords import PresentPasswordForm
from accounts.units.models import Unit
from portal.lib.folding import folded_or_none

NAME_LENGTH = length_of(Unit, "name")
OTHER_NAME = "与本单位名称不一致；请按上面显示的单位名称完整输入“{name}”。"


class CloseForm(PresentPasswordForm, SmsCodeForm):
    """账号注销 of `account`; a unit types its name, so that nothing ends by a slip."""

    unit_name = forms.CharField(
        label="输入单位名称确认",
        max_length=NAME_LENGTH,
        error_messages={"required": "请输入本单位的名称，确认要注销的是本单位。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "请输入单位名称"}),
    )

    field_order = ("unit_name", "password", "sms_code")

    def __init__(self, account: Account, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.account = account
        if account.kind != AccountKind.UNIT:
            del self.fields["unit_name"]

    def clean_unit_name(self) -> str:
        """Refuse another name; width and blanks do not matter."""
        typed: str = self.cleaned_data["unit_name"]
        name = self.account.unit.name
        if _plain(typed) != _plain(name):
            raise forms.ValidationError(OTHER_NAME.format(name=name), code="other_name")
        return typed


def _plain(name: str) -> str:
    return "".join((folded_or_none(name, NAME_LENGTH) or name).split())
