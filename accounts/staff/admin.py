"""Staff accounts: made, given roles, switched off, helped when a telephone or password is lost."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from accounts.core.models import Account
from accounts.core.names import NAME_LENGTH, AccountKind
from accounts.core.origin import Origin
from accounts.signing_in.forms_passwords import password_field
from accounts.signing_in.passwords import LEAST_FOR_STAFF
from accounts.staff.actions import change_staff, create_staff, reset_staff_password, roles_of
from accounts.staff.actions_factors import reset_factor
from accounts.staff.acts import Act, ReasonForm
from accounts.staff.admin_base import ActingAdmin, live_sessions
from accounts.staff.models import Factor
from accounts.staff.roles import ROLES

MAY_ADD, MAY = "accounts.add_account", "accounts.change_account"


def _roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="角色",
        required=False,
        choices=[(role.title, role.title) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text="审核：资质和反馈；客服：单位、经办人、授权、追溯码归属；管理：全部。",
    )


def _password_field() -> forms.CharField:
    least = f"至少 {LEAST_FOR_STAFF} 位；交给本人后，请其登录并立即修改。"
    return password_field("初始密码", "new-password", help_text=least)


class NewStaffForm(forms.Form):
    """A staff account that is not there yet."""

    name = forms.CharField(
        label="账号", max_length=NAME_LENGTH, error_messages={"required": "请填写账号。"}
    )
    password = _password_field()
    roles = _roles_field()


class StaffForm(forms.Form):
    """What may change of a staff account."""

    roles = _roles_field()
    active = forms.BooleanField(
        label="可以登录", required=False, help_text="取消后其会话立即结束。"
    )


class NewPasswordForm(ReasonForm):
    """A new password to begin with."""

    password = _password_field()
    field_order = ("password", "reason")


def _add(row: Any, asked: dict[str, Any], origin: Origin) -> str:
    account = create_staff(
        name=asked["name"], password=asked["password"], roles=asked["roles"], origin=origin
    )
    return f"已开通工作人员账号 {account.name}；首次登录时启用一次性验证码。"


def _change(row: Account, asked: dict[str, Any], origin: Origin) -> str:
    change_staff(row, roles=asked["roles"], active=asked["active"], origin=origin)
    return f"已保存 {row.name}。"


def _reset_factor(row: Account, asked: dict[str, Any], origin: Origin) -> str:
    reset_factor(row, asked["reason"], origin=origin)
    return f"已重置 {row.name} 的一次性验证码，下次登录时重新启用。"


def _reset_password(row: Account, asked: dict[str, Any], origin: Origin) -> str:
    reset_staff_password(row, asked["password"], asked["reason"], origin=origin)
    return f"已重置 {row.name} 的密码，其会话已结束。"


@admin.register(Account)
class StaffAdmin(ActingAdmin):
    """Staff accounts alone; those of units and agents have pages of their own."""

    plural = "工作人员账号"
    list_display = ("name", "roles", "is_active", "has_factor", "this_sign_in_at")
    search_fields = ("name",)
    list_filter = ("is_active", "groups")
    ordering = ("name",)
    fields: ClassVar = (
        "name", "roles", "is_superuser", "is_active", "has_factor", "created_at",
        "this_sign_in_at", "this_sign_in_address", "sessions",
    )  # fmt: skip
    readonly_fields = ("roles", "has_factor", "sessions")
    adding = Act("add", "开通工作人员账号", MAY_ADD, _add, form=NewStaffForm)
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "edit",
            "角色和状态",
            MAY,
            _change,
            form=StaffForm,
            initial=lambda row: {"roles": roles_of(row), "active": row.is_active},
        ),
        Act(
            "reset-factor",
            "重置一次性验证码",
            MAY,
            _reset_factor,
            offered=lambda row: Factor.objects.filter(account=row).exists(),
            not_offered="该账号尚未启用一次性验证码，无需重置。",
            note="只在确认本人手机遗失或更换后重置；其会话随即结束。",
        ),
        Act(
            "reset-password",
            "重置密码",
            MAY,
            _reset_password,
            form=NewPasswordForm,
            note="一次性验证码不变；其会话随即结束。",
        ),
    )

    def get_queryset(self, request: Any) -> Any:
        """Staff alone."""
        rows = super().get_queryset(request).filter(kind=AccountKind.STAFF)
        return rows.prefetch_related("groups").select_related("factor")

    @admin.display(description="角色")
    def roles(self, row: Account) -> str:
        """By title."""
        return "、".join(sorted(group.name for group in row.groups.all()))

    @admin.display(description="已启用一次性验证码", boolean=True)
    def has_factor(self, row: Account) -> bool:
        """Whether a telephone is known."""
        return hasattr(row, "factor")

    @admin.display(description="登录会话")
    def sessions(self, row: Account) -> str:
        """Where they are signed in."""
        return live_sessions(row)
