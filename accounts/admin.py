"""Staff look at units, agents, authorisations and the log; changes go through accounts.actions."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Agent, Authorization, OperationLog, Unit

# Django's class takes no parameter when it runs; its stubs want one.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows and changes none."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    """Units."""

    list_display = ("name", "account", "uscc", "is_maker", "is_distributor")
    search_fields = ("name", "account__name", "uscc")
    list_select_related = ("account",)


@admin.register(Agent)
class AgentAdmin(ReadOnlyAdmin):
    """Agents; the mobile number is not shown."""

    list_display = ("name", "created_at")
    search_fields = ("name",)
    fields: ClassVar = ("name", "created_at")


@admin.register(Authorization)
class AuthorizationAdmin(ReadOnlyAdmin):
    """Who holds what, and held it before."""

    list_display = ("unit", "business", "agent", "granted_at", "revoked_at")
    list_filter = ("business",)
    list_select_related = ("unit", "agent")
    fields: ClassVar = ("unit", "business", "agent", "granted_at", "revoked_at")


@admin.register(OperationLog)
class OperationLogAdmin(ReadOnlyAdmin):
    """The operation log."""

    list_display = ("at", "unit", "action", "target", "address")
    list_filter = ("action",)
    list_select_related = ("unit",)
    fields: ClassVar = (
        "at",
        "unit",
        "action",
        "target",
        "before",
        "after",
        "address",
        "request_id",
    )
