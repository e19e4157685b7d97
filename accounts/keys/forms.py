"""What people type about keys."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.core.columns import REASON_LENGTH
from accounts.core.forms import invalid, typed_field, written_field
from accounts.core.forms_filters import FilterForm, date_field
from accounts.core.kinds import KINDS, UnitKind, codes_of
from accounts.keys.actions import Terms, checked
from accounts.keys.models import CONTACT_LENGTH, MOST_NETWORKS, NAME_LENGTH, InterfaceKey
from accounts.keys.networks import LINE_LENGTH, shown_network
from accounts.units.models import Unit
from portal.lib.clock import last_day, local_day_bounds
from portal.lib.refused import Refused

PHONE_LENGTH = 20
PHONE = r"^\+?[0-9][0-9 -]{4,17}[0-9]$"
PHONE_WRONG = "联系电话不正确；请填写手机号，或带区号的座机号，例如 0571-88880000。"
TOO_LONG = "%(limit_value)d 个字符以内，现在有 %(show_value)d 个；请缩短。"
UPLOADS, ASKS = "上传", "查询"


class KindScopes:
    """A kind of the unit on the form: its own box, and one for each scope that it has."""

    def __init__(self, form: KeyForm, kind: UnitKind) -> None:
        self.code, self.label = kind.code, kind.label
        self.ticked = kind.code in form.ticked("kinds")
        words = {kind.uploads: UPLOADS, kind.query: ASKS}
        ticked = form.ticked("scopes")
        self.scopes = [(code, word, code in ticked) for code, word in words.items() if code]


def _choice(label: str) -> forms.MultipleChoiceField:
    said = {"invalid_choice": "“%(value)s”不是本单位可用的选项；请重新勾选。"}
    return forms.MultipleChoiceField(label=label, required=False, error_messages=said)


class KeyForm(forms.Form):
    """接口采集凭证申请. The kinds that are ticked and the scopes within them decide the scopes."""

    name = typed_field(
        "用途",
        NAME_LENGTH,
        required="请填写用途，例如使用密钥的系统名称。",
        too_long=f"用途应在 {TOO_LONG}",
        placeholder="例如：进销存系统",
    )
    kinds = _choice("企业类型")
    scopes = _choice("接口权限")
    contact_name = typed_field(
        "联系人",
        CONTACT_LENGTH,
        required="请填写联系人。",
        too_long=f"联系人应在 {TOO_LONG}",
    )
    contact_phone = typed_field(
        "联系电话",
        PHONE_LENGTH,
        required="请填写联系电话。",
        too_long=f"联系电话应在 {TOO_LONG}",
        inputmode="tel",
    )
    expires = date_field("有效期至")
    networks = forms.CharField(
        label="允许的来源地址",
        required=False,
        max_length=(MOST_NETWORKS + 5) * LINE_LENGTH,
        widget=forms.Textarea({"rows": 3, "placeholder": "例如：203.0.113.8 或 203.0.113.0/24"}),
        help_text=f"每行一个 IP 地址或网段，最多 {MOST_NETWORKS} 行；留空则不限制来源。",
        error_messages={"max_length": f"允许的来源地址应在 {TOO_LONG}"},
    )

    def __init__(
        self,
        unit: Unit,
        data: Any = None,
        *,
        own: InterfaceKey | None = None,
        initial: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        self.unit, self.own = unit, own
        self.own_kinds = [kind for kind in KINDS.values() if kind in unit.kinds]
        codes = [code for kind in self.own_kinds for code in (kind.uploads, kind.query) if code]
        first = {"kinds": codes_of(unit.kinds), "scopes": codes, **(initial or {})}
        super().__init__(data, initial=first, **more)
        for name, values in (("kinds", codes_of(unit.kinds)), ("scopes", codes)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells mypy
            field.choices = [(value, value) for value in values]
        self.fields["expires"].help_text = "当天结束时到期；不填写则长期有效。"
        phone = self.fields["contact_phone"]
        phone.validators.append(RegexValidator(PHONE, PHONE_WRONG))

    def ticked(self, name: str) -> list[str]:
        """The boxes that are ticked, as sent or at first."""
        value = self[name].value()
        return [str(each) for each in value or ()]

    def kind_scopes(self) -> list[KindScopes]:
        """The boxes of 企业类型, each with its own."""
        return [KindScopes(self, kind) for kind in self.own_kinds]

    def clean(self) -> None:
        """Say what is wrong with the terms in the same round as what is wrong with a field."""
        try:
            checked(self.unit, self.terms(), self.own)
        except Refused as refused:
            for each in refused.refusals:
                if each.place not in self.errors:
                    self.add_error(each.place, invalid(each))

    def terms(self) -> Terms:
        """What is asked for, as far as the fields are valid."""
        given = self.cleaned_data
        within = {
            code
            for kind in self.own_kinds
            if kind.code in given.get("kinds", ())
            for code in (kind.uploads, kind.query)
        }
        return Terms(
            name=given.get("name", ""),
            scopes=[scope for scope in given.get("scopes", ()) if scope in within],
            contact_name=given.get("contact_name", ""),
            contact_phone=given.get("contact_phone", ""),
            networks=given.get("networks", "").splitlines(),
            expires_at=_end_of(given.get("expires")),
        )


def _end_of(day: date | None) -> datetime | None:
    """The moment at which a day is over."""
    return None if day is None else local_day_bounds(day, day)[1]


class ApplyForm(KeyForm):
    """A new key."""

    sandbox = forms.BooleanField(
        label="联调（沙箱）密钥",
        required=False,
        help_text="只读写联调数据，与正式数据互不影响；申请后不能改为正式密钥。",
    )


def terms_of(key: InterfaceKey) -> dict[str, Any]:
    """What the form of a key shows at first."""
    expires = key.expires_at
    return {
        "name": key.name,
        "kinds": [
            kind.code for kind in KINDS.values() if {kind.uploads, kind.query} & set(key.scopes)
        ],
        "scopes": key.scopes,
        "contact_name": key.contact_name,
        "contact_phone": key.contact_phone,
        "networks": "\n".join(shown_network(network) for network in key.networks),
        "expires": last_day(expires) if expires else None,
    }


class CallsFilter(FilterForm):
    """The filter of 调用记录: by the code of the answer."""

    code = forms.ChoiceField(label="返回码", required=False)

    def __init__(self, data: Any, codes: list[str]) -> None:
        super().__init__(data)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells mypy which field
        field.choices = [("", "全部"), *((code, code) for code in codes)]
        field.error_messages["invalid_choice"] = "最近的调用中没有返回码“%(value)s”；请重新选择。"


class FreezeForm(forms.Form):
    """冻结: why."""

    reason = written_field(
        "冻结原因", REASON_LENGTH, rows=3, help_text="写入操作记录，被拒绝的调用方也会看到。"
    )
