"""Agents: found by name, never by mobile number; identity shown for a reason, sessions ended."""

from typing import Any, ClassVar, cast

from django.contrib import admin

from accounts.agents.actions_identity import reveal_id_number
from accounts.agents.models import Agent
from accounts.core.names import mask_id_number, mask_mobile
from accounts.core.origin import Origin
from accounts.staff.acts import Act, Shown
from accounts.staff.admin_accounts import AccountAdmin, sign_in_acts
from accounts.staff.site import StaffPage, StaffSite
from accounts.staff.views_finding import TITLE, find_agent

MAY = "accounts.change_agent"


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
class AgentAdmin(AccountAdmin):
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
        *sign_in_acts(MAY, lambda agent: f" {agent.name}", "该经办人当前没有登录会话。"),
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
