"""The operation log: to read, filtered by unit, operation, days and address."""

from datetime import date
from ipaddress import ip_address
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from accounts.core.queries import unit_for
from accounts.log import entry_words
from accounts.log.models import OperationLog
from accounts.log.operations import OPERATIONS
from accounts.staff.admin_base import ReadOnlyAdmin
from portal.lib.clock import local_day_bounds
from portal.lib.identifiers import CREDIT_CODE


class TypedFilter(admin.SimpleListFilter):
    """A filter whose value is typed into a field, not chosen from a list."""

    template = "admin/typed_filter.html"
    hint = ""
    kind = "text"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Django shows no filter that offers nothing."""
        return [("", "")]

    def choices(self, changelist: Any) -> Any:
        """What the template needs: the value, and the other parameters, which stay."""
        kept = changelist.get_filters_params()
        kept.pop(self.parameter_name, None)
        hidden = [(k, v) for k, values in kept.items() for v in values]
        if changelist.query:
            hidden.append(("q", changelist.query))
        yield {"value": self.value() or "", "kept": hidden, "problem": self.problem}

    @property
    def problem(self) -> str:
        """Why the value was left out of account; empty when it was not."""
        return "" if not self.value() or self.condition() is not None else self.wrong

    wrong = "未能识别，已忽略；请修改。"

    def condition(self) -> dict[str, Any] | None:
        """Return the query of a value; None for one that is none."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that fit; all where the value is none."""
        wanted = self.condition() if self.value() else None
        return queryset if wanted is None else queryset.filter(**wanted)


class UnitFilter(TypedFilter):
    """By the unit's account or credit code."""

    title, parameter_name = "单位", "of_unit"
    hint = f"单位账号或{CREDIT_CODE}"
    wrong = f"没有此单位，已忽略；请填写完整的单位账号或{CREDIT_CODE}。"

    def condition(self) -> dict[str, Any] | None:
        """Its entries."""
        unit = unit_for(self.value() or "")
        return None if unit is None else {"unit": unit}


class DayFilter(TypedFilter):
    """A local day."""

    kind = "date"
    wrong = "日期应为 2026-01-31 的形式，已忽略；请修改。"

    def day(self) -> date | None:
        """The day typed; None for what is no day."""
        try:
            return date.fromisoformat(self.value() or "")
        except ValueError:
            return None


class FromFilter(DayFilter):
    """From this day on."""

    title, parameter_name = "开始日期", "from"

    def condition(self) -> dict[str, Any] | None:
        """From its first moment."""
        day = self.day()
        return None if day is None else {"at__gte": local_day_bounds(day, day)[0]}


class ToFilter(DayFilter):
    """Until this day, which counts."""

    title, parameter_name = "结束日期", "to"

    def condition(self) -> dict[str, Any] | None:
        """To its last moment."""
        day = self.day()
        return None if day is None else {"at__lt": local_day_bounds(day, day)[1]}


class AddressFilter(TypedFilter):
    """By address."""

    title, parameter_name = "来源IP", "from_address"
    hint = "完整的 IP 地址"
    wrong = "IP 地址不正确，已忽略；请填写完整的 IPv4 或 IPv6 地址。"

    def condition(self) -> dict[str, Any] | None:
        """From there."""
        try:
            return {"address": str(ip_address((self.value() or "").strip()))}
        except ValueError:
            return None


class ActionFilter(admin.SimpleListFilter):
    """By operation, in words."""

    title, parameter_name = "操作", "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every operation there is."""
        return list(OPERATIONS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Its entries."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(OperationLog)
class OperationLogAdmin(ReadOnlyAdmin):
    """The operation log."""

    list_display = ("at", "unit_name", "who", "title", "target", "address")
    list_filter = (UnitFilter, FromFilter, ToFilter, AddressFilter, ActionFilter)
    list_select_related = ("unit", "account__agent")
    ordering = ("-pk",)
    fields: ClassVar = (
        "at", "unit_name", "who", "title", "target", "changes", "address", "request_id",
    )  # fmt: skip
    readonly_fields = ("unit_name", "who", "title", "changes")

    @admin.display(description="操作人")
    def who(self, entry: OperationLog) -> str:
        """Who acted; among staff, by name."""
        account = entry.account
        if account is not None and account.is_staff:
            return f"工作人员 {account.name}"
        return entry_words.who(account)

    @admin.display(description="操作", ordering="action")
    def title(self, entry: OperationLog) -> str:
        """In words."""
        return entry.title

    @admin.display(description="内容")
    def changes(self, entry: OperationLog) -> str:
        """Before and after, in words."""
        return "\n".join(entry_words.line(entry).changes)
