"""Agents: found by name, never by mobile number; identity shown for a reason, sessions ended."""

from typing import Any, ClassVar, cast

from django.contrib import admin

from accounts.agents.actions_identity import reveal_id_number
from accounts.agents.models import Agent
from accounts.core.names import mask_id_number, mask_mobile
from accounts.core.origin import Origin
from accounts.staff.actions_oversight import end_sessions_for, unlock_sign_in
from accounts.staff.acts import Act, Shown
from accounts.staff.admin_base import ActingAdmin, live_sessions, moment
from accounts.staff.site import StaffPage, StaffSite
from accounts.staff.views_finding import TITLE, find_agent

MAY = "accounts.change_agent"


def _end_sessions(agent: Agent, asked: dict[str, Any], origin: Origin) -> str:
    count = end_sessions_for(agent.account, asked["reason"], origin=origin)
    return f"已结束 {agent.name} 的 {count} 个会话。"


def _unlock(agent: Agent, asked: dict[str, Any], origin: Origin) -> str:
    unlock_sign_in(agent.account, asked["reason"], origin=origin)
    return f"已解除 {agent.name} 的登录锁定。"


def _reveal(agent: Agent, asked: dict[str, Any], origin: Origin) -> Shown:
    number = reveal_id_number(agent, asked["reason"], origin=origin)
    return Shown(
        [
            ("姓名", agent.name),
            ("证件类型", agent.get_id_type_display()),
            ("证件号码", number),
        ]
    )


# Django's name for the site says nothing of its class.
cast(StaffSite, admin.site).add_page(
    StaffPage("find-agent", TITLE, "accounts.view_agent", find_agent)
)


@admin.register(Agent)
class AgentAdmin(ActingAdmin):
    """Agents; the full mobile number is shown nowhere."""

    list_display = ("name", "mobile", "units", "created_at")
    search_fields = ("name", "memberships__unit__name", "memberships__unit__account__name")
    search_help_text = f"姓名、单位名称或单位账号；有手机号时请用工作台的【{TITLE}】"
    list_select_related = ("account",)
    ordering = ("name", "pk")
    fields: ClassVar = (
        "name", "mobile", "units", "id_type", "identity", "id_valid_until", "id_valid_for_ever",
        "created_at", "signed_in", "sessions",
    )  # fmt: skip
    readonly_fields = ("mobile", "units", "identity", "signed_in", "sessions")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "reveal",
            "查看证件号码",
            MAY,
            _reveal,
            offered=lambda agent: bool(agent.id_number),
            not_offered="该经办人没有登记证件号码。",
            note="证件号码只显示一次；查看人、时间和原因写入操作记录。",
        ),
        Act(
            "end-sessions",
            "结束会话",
            MAY,
            _end_sessions,
            offered=lambda agent: bool(live_sessions(agent.account)),
            not_offered="该经办人当前没有登录会话。",
        ),
        Act(
            "unlock",
            "解除登录锁定",
            MAY,
            _unlock,
            note="登录失败过多而锁定时使用，在所有地址一并解除；请先确认对方身份。",
        ),
    )

    def get_queryset(self, request: Any) -> Any:
        """With their units, which the list names."""
        return super().get_queryset(request).prefetch_related("memberships__unit")

    @admin.display(description="手机号")
    def mobile(self, agent: Agent) -> str:
        """Masked."""
        return mask_mobile(agent.mobile)

    @admin.display(description="单位")
    def units(self, agent: Agent) -> str:
        """For whom they act."""
        return "、".join(row.unit.name for row in agent.memberships.all())

    @admin.display(description="证件号码")
    def identity(self, agent: Agent) -> str:
        """Masked."""
        return mask_id_number(agent.id_number)

    @admin.display(description="本次登录")
    def signed_in(self, agent: Agent) -> str:
        """When they signed in last."""
        return moment(agent.account.this_sign_in_at)

    @admin.display(description="登录会话")
    def sessions(self, agent: Agent) -> str:
        """Where they are signed in."""
        return live_sessions(agent.account)
