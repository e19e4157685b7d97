"""Units: found by name, account or credit code; closed, reopened, changed in kind."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from accounts.core.forms import typed_field
from accounts.core.kinds import KINDS, codes_of, kind_choices, kind_words, kinds_of
from accounts.core.names import mask_id_number, mask_mobile
from accounts.core.origin import Origin
from accounts.signing_in.forms_passwords import password_field
from accounts.signing_in.passwords import HELP
from accounts.staff.acts import Act, ReasonForm
from accounts.staff.admin_accounts import AccountAdmin, sign_in_acts
from accounts.units.actions_oversight import (
    change_unit_kinds,
    reopen_unit,
    resume_unit,
    suspend_unit,
)
from accounts.units.models import Unit
from portal.lib.identifiers import CREDIT_CODE

MAY = "accounts.change_unit"


class KindsForm(ReasonForm):
    """What the unit is from now on."""

    kinds = forms.MultipleChoiceField(
        label="单位类别",
        choices=kind_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一项单位类别。"},
    )
    field_order = ("kinds", "reason")


class ReopenForm(ReasonForm):
    """A new account for a unit that closed its own."""

    name = typed_field(
        "单位账号",
        16,
        help_text="小写字母开头、由小写字母和数字组成的 4 至 16 位。",
        required="请填写新的单位账号。",
        too_long="单位账号最多 16 位；请修改。",
    )
    password = password_field("初始密码", "new-password", help_text=HELP)
    field_order = ("name", "password", "reason")


def _suspend(unit: Unit, asked: dict[str, Any], origin: Origin) -> str:
    suspend_unit(unit, asked["reason"], origin=origin)
    return f"已停用 {unit.name}。"


def _resume(unit: Unit, asked: dict[str, Any], origin: Origin) -> str:
    resume_unit(unit, asked["reason"], origin=origin)
    return f"已恢复 {unit.name}。"


def _kinds(unit: Unit, asked: dict[str, Any], origin: Origin) -> str:
    kinds = kinds_of(asked["kinds"])
    change_unit_kinds(unit, kinds, asked["reason"], origin=origin)
    return f"{unit.name} 的单位类别已变更为{kind_words(kinds)}。"


def _reopen(unit: Unit, asked: dict[str, Any], origin: Origin) -> str:
    reopen_unit(unit, asked["name"], asked["password"], asked["reason"], origin=origin)
    return f"已重新开通 {unit.name}；请把账号和初始密码交给该单位，并请其立即修改密码。"


class ClosedFilter(admin.SimpleListFilter):
    """Where a unit stands."""

    title, parameter_name = "状态", "standing"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Open, waiting, closed."""
        return [("open", "已开通"), ("waiting", "未认证"), ("closed", "已停用或注销")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Those that stand so."""
        match self.value():
            case "open":
                return queryset.filter(closed_at=None).exclude(approved_at=None)
            case "waiting":
                return queryset.filter(closed_at=None, approved_at=None)
            case "closed":
                return queryset.exclude(closed_at=None)
        return queryset


@admin.register(Unit)
class UnitAdmin(AccountAdmin):
    """Units."""

    list_display = ("name", "account_name", "uscc", "kinds", "standing", "created_at")
    search_fields = ("name", "account__name", "uscc")
    search_help_text = f"单位名称、单位账号或{CREDIT_CODE}"
    list_select_related = ("account",)
    ordering = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "account_name", "uscc", "kinds", "standing")}),
        ("机构", {"fields": ("org_code", "admdvs", "org_type")}),
        (
            "法人与联系人",
            {
                "fields": (
                    "legal_name", "legal_id_type", "legal_id", "contact_name", "contact",
                )
            },
        ),
        (
            "时间",
            {"fields": ("created_at", "approved_at", "closed_at", "signed_in", "sessions")},
        ),
    )  # fmt: skip
    readonly_fields = (
        "account_name", "kinds", "standing", "legal_id", "contact", "signed_in", "sessions",
    )  # fmt: skip
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "suspend",
            "停用",
            MAY,
            _suspend,
            offered=lambda unit: unit.closed_at is None,
            note="停用后单位账号不能登录、经办人不能办理该单位的业务；数据和授权保留，可以恢复。",
        ),
        Act(
            "resume",
            "恢复",
            MAY,
            _resume,
            offered=lambda unit: unit.closed_at is not None and unit.account.closed_at is None,
        ),
        Act(
            "reopen",
            "重新开通",
            MAY,
            _reopen,
            form=ReopenForm,
            offered=lambda unit: unit.account.closed_at is not None,
            note=f"用于已注销账号的单位：{CREDIT_CODE}和数据不变，经办人须重新添加。",
        ),
        Act(
            "kinds",
            "变更类别",
            MAY,
            _kinds,
            form=KindsForm,
            offered=lambda unit: unit.closed_at is None,
            initial=lambda unit: {"kinds": codes_of(unit.kinds)},
            note="取消一个类别后，只属于该类别的业务授权随即结束；已上传的数据保留。",
        ),
        *sign_in_acts(MAY, lambda unit: f"单位账号 {unit.slug}", "单位账号当前没有登录会话。"),
    )

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """By where it stands, and by each kind that there is."""
        return [ClosedFilter, *(kind.flag for kind in KINDS.values())]

    @admin.display(description="单位账号", ordering="account__name")
    def account_name(self, unit: Unit) -> str:
        """The name of its account; of an ended one, what stands there instead."""
        return unit.slug

    @admin.display(description="单位类别")
    def kinds(self, unit: Unit) -> str:
        """In words."""
        return kind_words(unit.kinds)

    @admin.display(description="状态")
    def standing(self, unit: Unit) -> str:
        """In words."""
        if unit.account.closed_at is not None:
            return "已注销"
        if unit.closed_at is not None:
            return "已停用"
        return "已开通" if unit.approved_at else "未认证"

    @admin.display(description="法人证件号码")
    def legal_id(self, unit: Unit) -> str:
        """Masked."""
        return mask_id_number(unit.legal_id_number)

    @admin.display(description="联系手机号")
    def contact(self, unit: Unit) -> str:
        """Masked."""
        return mask_mobile(unit.contact_mobile) if unit.contact_mobile else ""
