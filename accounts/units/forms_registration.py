"""The forms of 单位注册: the account, the enterprise, the agent."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.functional import lazy

from accounts.agents.forms import (
    PersonForm,
    check_id_number,
    id_number_field,
    id_type_field,
    text_field,
)
from accounts.agents.models import Agent
from accounts.core.columns import length_of
from accounts.core.kinds import KINDS, kind_choices, kind_words, kinds_of
from accounts.core.models import Account
from accounts.core.names import TYPED_LENGTH, AccountKind, canonical, mask_id_number
from accounts.signing_in.forms_passwords import password_field
from accounts.signing_in.passwords import HELP
from accounts.units.actions_registration import Enterprise
from accounts.units.models import Unit
from accounts.units.queries import regions
from portal.lib.identifiers import CREDIT_CODE

NAME_LENGTH = length_of(Unit, "name")
LEGAL_NAME_LENGTH = length_of(Unit, "legal_name")
ORG_TYPE_LENGTH = length_of(Unit, "org_type")

DIFFERENT = "两次输入的密码不一致；请重新输入。"
UNCHANGED = "密码已填写；不修改请留空。"
KEPT_NUMBER = "已填写 {number}；不修改请留空。"


class PasswordTwiceForm(forms.Form):
    """Base of a form with the first password of an account, typed twice and judged for it."""

    password = password_field("密码", "new-password", help_text=HELP)
    again = password_field("确认密码", "new-password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # One hint of the strength is enough.
        del self.fields["again"].widget.attrs["data-strength-least"]

    def account(self) -> Account:
        """Return the account to be, with what the form knows of it."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Compare the two, then ask the rules."""
        values = super().clean() or self.cleaned_data
        if {"password", "again"} & self.errors.keys():
            return values
        password = values.get("password", "")
        if password != values.get("again", ""):
            self.add_error("again", DIFFERENT)
        elif password:
            try:
                validate_password(password, self.account())
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values


class AccountForm(PasswordTwiceForm):
    """账户信息. `has_password`: one is kept in the draft already."""

    account_name = text_field(
        "单位账号",
        TYPED_LENGTH,
        "单位账号",
        "username",
        tidied=True,
        help_text="小写字母开头，由小写字母和数字组成，4 至 16 位；注册后不能修改。",
    )

    field_order = ("account_name", "password", "again")

    def __init__(self, *args: Any, has_password: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if has_password:
            self.fields["password"].help_text = UNCHANGED
            self.fields["password"].required = self.fields["again"].required = False

    def clean_account_name(self) -> str:
        """Return the canonical name; whether it can be had is asked by the action."""
        return canonical(self.cleaned_data["account_name"]).name

    def account(self) -> Account:
        """Return the unit account to be."""
        return Account(kind=AccountKind.UNIT, name=self.cleaned_data.get("account_name", ""))


def _regions() -> list[tuple[str, str]]:
    return [("", "请选择医保区划"), *((row.code, str(row)) for row in regions())]


def _no_kind() -> str:
    return f"请选择单位类别：{kind_words(KINDS.values())}至少选择一项。"


def _no_such_kind() -> str:
    return f"没有这种单位类别；请选择{kind_words(KINDS.values(), '或')}。"


class EnterpriseForm(forms.Form):
    """企业信息. `kept_number`: the number of the legal person that the draft holds already."""

    name = text_field("企业名称", NAME_LENGTH, "营业执照上的企业名称", "organization")
    uscc = text_field(CREDIT_CODE, TYPED_LENGTH, CREDIT_CODE, "off", tidied=True)
    kinds = forms.MultipleChoiceField(
        label="单位类别",
        choices=kind_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": lazy(_no_kind, str)(),
            "invalid_choice": lazy(_no_such_kind, str)(),
        },
    )
    org_type = text_field(
        "机构类型",
        ORG_TYPE_LENGTH,
        "机构类型",
        "off",
        required=False,
        help_text="例如：药品生产企业、药品批发企业、医疗器械生产企业。",
    )
    admdvs = forms.ChoiceField(
        label="医保区划",
        required=False,
        choices=_regions,
        error_messages={"invalid_choice": "没有这个医保区划；请从列表中选择。"},
    )
    legal_name = text_field("法人名称", LEGAL_NAME_LENGTH, "法人名称", "off")
    legal_id_type = id_type_field("法人证件类型")
    legal_id_number = id_number_field("法人证件号码")

    def __init__(self, *args: Any, kept_number: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept_number = kept_number
        if kept_number:
            keep_number(self.fields["legal_id_number"], kept_number)

    def clean_uscc(self) -> str:
        """Return the code without blanks, in upper case; the action says what is wrong with it."""
        return canonical(self.cleaned_data["uscc"]).name.upper()

    def clean(self) -> dict[str, Any]:
        """Take the number kept before where none was typed, and check it by its document."""
        values = super().clean() or self.cleaned_data
        if "legal_id_number" in values:
            values["legal_id_number"] = values["legal_id_number"] or self.kept_number
        check_id_number(self, "legal_id_type", "legal_id_number")
        return values

    def enterprise(self) -> Enterprise:
        """Return the enterprise; only for a valid form."""
        return enterprise_of(self.cleaned_data)


class AgentForm(PersonForm, PasswordTwiceForm):
    """经办人信息 of a number that nobody is known by. `kept_number`: as in EnterpriseForm."""

    field_order: tuple[str, ...] = (*PersonForm.field_order, "password", "again")

    def __init__(self, *args: Any, mobile: str, kept_number: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.mobile, self.kept_number = mobile, kept_number
        self.fields["password"].label = "经办人登录密码"
        self.fields["again"].label = "确认经办人登录密码"
        if kept_number:
            keep_number(self.fields["id_number"], kept_number)

    def clean_id_number(self) -> str:
        """Return the number typed, or the one kept before."""
        typed: str = self.cleaned_data["id_number"]
        return typed or self.kept_number

    def account(self) -> Account:
        """Return the agent's account to be."""
        account = Account(kind=AccountKind.AGENT, name=self.mobile)
        # Linked both ways, so that the rules see the agent's name.
        Agent(account=account, name=self.cleaned_data.get("name", ""))
        return account


def enterprise_of(values: dict[str, Any]) -> Enterprise:
    """Return the enterprise from the clean values of the form or of the draft."""
    names = [name for name in Enterprise._fields if name != "kinds"]
    return Enterprise(
        kinds=kinds_of(values["kinds"]),
        **{name: values[name] for name in names},
    )


def keep_number(field: forms.Field, number: str) -> None:
    """Let a field stay empty whose number is kept, and say its ends only."""
    field.required = False
    field.help_text = KEPT_NUMBER.format(number=mask_id_number(number))
