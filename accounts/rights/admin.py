"""Who holds which business, who stands in, who asks: to look at; staff may withdraw a right."""

from typing import Any, ClassVar

from django.contrib import admin

from accounts.core.origin import Origin
from accounts.rights.businesses import BUSINESSES, SERVED
from accounts.rights.models import AccessRequest, Authorization, StandIn
from accounts.staff.actions_oversight import withdraw_authorization
from accounts.staff.acts import Act
from accounts.staff.admin_base import ActingAdmin, FilledFilter, ReadOnlyAdmin
from portal.lib.identifiers import CREDIT_CODE


def _withdraw(row: Authorization, asked: dict[str, Any], origin: Origin) -> str:
    withdraw_authorization(row, asked["reason"], origin=origin)
    return f"已取消 {row.agent.name} 在 {row.unit.name} 的“{SERVED[row.business].title}”。"


class BusinessFilter(admin.SimpleListFilter):
    """By business, in words."""

    title, parameter_name = "业务", "business"
    field = "business"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The businesses."""
        return [(code, business.title) for code, business in SERVED.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Those of the business."""
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class StandInBusinessFilter(BusinessFilter):
    """The business stood in for."""

    field = "authorization__business"


class LiveFilter(FilledFilter):
    """What is in force, or has ended."""

    title, parameter_name, field = "状态", "live", "revoked_at"
    empty, filled = ("yes", "生效中"), ("no", "已结束")


class RightsAdmin(ReadOnlyAdmin):
    """A business of a unit and an agent of it, found by either; the newest first."""

    list_select_related: ClassVar[tuple[str, ...]] = ("unit", "agent")
    search_fields = ("unit__name", "unit__account__name", "unit__uscc", "agent__name")
    search_help_text = f"单位名称、单位账号、{CREDIT_CODE}或经办人姓名"
    ordering = ("-made_at",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("unit_name", "business_title", "agent_name")

    @admin.display(description="业务")
    def business_title(self, row: Any) -> str:
        """In words."""
        return BUSINESSES[row.business].title


@admin.register(Authorization)
class AuthorizationAdmin(RightsAdmin, ActingAdmin):
    """Who holds what, and held it before."""

    list_display = ("unit_name", "business_title", "agent_name", "granted_at", "revoked_at")
    list_filter = (LiveFilter, BusinessFilter)
    ordering = ("-granted_at",)
    fields: ClassVar = ("unit_name", "business_title", "agent_name", "granted_at", "revoked_at")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "withdraw",
            "取消授权",
            "accounts.change_authorization",
            _withdraw,
            offered=lambda row: row.revoked_at is None,
            note="取消后该经办人不能再办理此业务，单位和经办人会收到消息；单位可以重新授权。",
        ),
    )

    @admin.display(description="业务", ordering="business")
    def business_title(self, row: Authorization) -> str:
        """In words."""
        return BUSINESSES[row.business].title


@admin.register(StandIn)
class StandInAdmin(RightsAdmin):
    """Who stands in for whom."""

    list_display = (
        "unit_name", "business_title", "holder", "agent_name", "starts_at", "ends_at", "ended_at",
    )  # fmt: skip
    list_filter = (StandInBusinessFilter,)
    list_select_related = ("unit", "agent", "authorization__agent")
    fields: ClassVar = (
        "unit_name", "business_title", "holder", "agent_name", "starts_at", "ends_at", "ended_at",
        "made_at",
    )  # fmt: skip
    readonly_fields = ("unit_name", "business_title", "agent_name", "holder")

    @admin.display(description="业务")
    def business_title(self, row: StandIn) -> str:
        """In words."""
        return BUSINESSES[row.authorization.business].title

    @admin.display(description="授权经办人")
    def holder(self, row: StandIn) -> str:
        """Whose right rests meanwhile."""
        return row.authorization.agent.name


@admin.register(AccessRequest)
class AccessRequestAdmin(RightsAdmin):
    """What agents asked their units for."""

    list_display = ("unit_name", "agent_name", "business_title", "made_at", "decided_at", "answer")
    list_filter = ("answer", BusinessFilter)
    fields: ClassVar = (
        "unit_name", "agent_name", "business_title", "reason", "made_at", "decided_at", "answer",
        "answer_note",
    )  # fmt: skip
