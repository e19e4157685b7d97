"""Keys of interfaces: to look at, never with the SKey; staff freeze them and undo that."""

from typing import Any, ClassVar

from django.contrib import admin

from accounts.core.names import mask_mobile
from accounts.core.origin import Origin
from accounts.keys.actions_ending import freeze, thaw
from accounts.keys.listing import facts_of
from accounts.keys.models import InterfaceKey
from accounts.keys.states import freezer, state_of
from accounts.staff.acts import Act
from accounts.staff.admin_base import ActingAdmin, FilledFilter
from portal.lib.clock import to_minute
from portal.lib.identifiers import CREDIT_CODE

MAY = "accounts.change_interfacekey"


def _freeze(key: InterfaceKey, asked: dict[str, Any], origin: Origin) -> str:
    freeze(key.unit, key.pk, asked["reason"], origin=origin)
    return f"已冻结 {key.unit.name} 的接口密钥“{key.name}”。"


def _thaw(key: InterfaceKey, asked: dict[str, Any], origin: Origin) -> str:
    thaw(key.unit, key.pk, asked["reason"], origin=origin)
    return f"已解除冻结 {key.unit.name} 的接口密钥“{key.name}”。"


class EndedFilter(FilledFilter):
    """Whether a key has ended."""

    title, parameter_name, field = "停用", "ended", "ended_at"
    empty, filled = ("no", "未停用"), ("yes", "已停用")


class FrozenFilter(FilledFilter):
    """Whether a key is frozen."""

    title, parameter_name, field = "冻结", "frozen", "frozen_at"
    empty, filled = ("no", "没有冻结"), ("yes", "已冻结")


@admin.register(InterfaceKey)
class InterfaceKeyAdmin(ActingAdmin):
    """Keys, found by their unit or AKey; the newest first."""

    list_display = ("unit_name", "name", "ak", "sandbox", "state", "made_at", "last_used_at")
    list_filter = (EndedFilter, FrozenFilter, "sandbox")
    list_select_related = ("unit__account", "holder", "succeeds")
    search_fields = ("unit__name", "unit__account__name", "unit__uscc", "ak")
    search_help_text = f"单位名称、单位账号、{CREDIT_CODE}或 AKey"
    ordering = ("-made_at",)
    fields: ClassVar = (
        "unit_name", "holder_name", "name", "ak", "sandbox", "state", "terms", "contact", "made_at",
        "last_used_at", "last_used_from",
    )  # fmt: skip
    readonly_fields = ("unit_name", "holder_name", "state", "terms", "contact")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "freeze",
            "冻结",
            MAY,
            _freeze,
            offered=lambda key: key.ended_at is None and key.frozen_by != "staff",
            note="冻结后接口立即不接受它的调用，经办人和单位账号会收到消息，不能自行解除；"
            "原因也会告诉调用方。要停止该单位的全部接口调用，请取消“接口调用自助服务”的授权。",
        ),
        Act(
            "thaw",
            "解除冻结",
            MAY,
            _thaw,
            offered=lambda key: key.ended_at is None and key.frozen_at is not None,
            note="解除后接口立即接受它的调用，经办人和单位账号会收到消息。",
        ),
    )

    @admin.display(description="经办人")
    def holder_name(self, key: InterfaceKey) -> str:
        """Whose it is."""
        return key.holder.name

    @admin.display(description="状态")
    def state(self, key: InterfaceKey) -> str:
        """In words, with who froze it and why it ended."""
        word = state_of(key).word
        if key.ended_at is not None:
            return f"{word}（{key.get_end_display()}，{to_minute(key.ended_at)}）"
        if key.frozen_at is not None:
            return f"{word}（{freezer(key)}，{to_minute(key.frozen_at)}：{key.frozen_why}）"
        return word

    @admin.display(description="设置")
    def terms(self, key: InterfaceKey) -> str:
        """What it may do, from where, how long."""
        return "\n".join(f"{fact.label}：{fact.text}" for fact in facts_of(key)[:3])

    @admin.display(description="联系人")
    def contact(self, key: InterfaceKey) -> str:
        """With a masked number."""
        return f"{key.contact_name}（{mask_mobile(key.contact_phone)}）"
