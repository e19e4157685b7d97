"""The 识别规则库, the staff's side: versions, their rules, trials."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from accounts.core.origin import Origin
from accounts.staff.acts import Act, ReasonForm, SureForm
from accounts.staff.admin_base import ActingAdmin
from tracing.library import actions
from tracing.library.forms import PlaceForm, RuleForm, TypedForm
from tracing.library.in_force import rules_in_force
from tracing.library.models import RulesVersion, VersionRule
from tracing.library.queries_trial import try_typed
from tracing.library.shown_rules import shown_built_in, shown_rules

MAY_ADD, MAY = "tracing.add_rulesversion", "tracing.change_rulesversion"
State = RulesVersion.State


def _is_draft(version: RulesVersion) -> bool:
    return version.state == State.DRAFT


def _of_draft(rule: VersionRule) -> bool:
    return _is_draft(rule.version)


def _made_in_draft(rule: VersionRule) -> bool:
    return bool(rule.pattern) and _of_draft(rule)


def _draft(_row: Any, _asked: dict[str, Any], origin: Origin) -> str:
    return f"已新建草稿 {actions.draft_version(origin)}；请打开后修改规则。"


def _draft_like(row: RulesVersion, _asked: dict[str, Any], origin: Origin) -> str:
    return f"已按 {row} 新建草稿 {actions.draft_version(origin, like=row)}。"


def _add_rule(row: RulesVersion, asked: dict[str, Any], origin: Origin) -> str:
    rule = actions.add_rule(row, RuleForm.asked(asked), origin=origin)
    return f"已添加规则“{rule}”，排在最后；如须先于其他规则，请调整次序。"


def _try_stored(row: RulesVersion, _asked: dict[str, Any], origin: Origin) -> str:
    found = actions.try_version(row, origin=origin)
    return (
        f"已在 {found['codes']} 个已上传的追溯码上试用：{found['changed']} 个编码体系改变，"
        f"{found['refused']} 个不再通过。"
    )


def _put_in_force(row: RulesVersion, asked: dict[str, Any], origin: Origin) -> str:
    actions.put_in_force(row, asked["reason"], origin=origin)
    return f"{row} 已生效；此后开始的校验都按它判断，已入库的数据不变。"


def _take_back(row: RulesVersion, asked: dict[str, Any], origin: Origin) -> str:
    actions.take_back(row, asked["reason"], origin=origin)
    return f"已撤回 {row}，恢复为 {row.replaced or '内置规则'}。"


def _drop(row: RulesVersion, asked: dict[str, Any], origin: Origin) -> str:
    actions.drop_version(row, asked["reason"], origin=origin)
    return f"已作废 {row}。"


@admin.register(RulesVersion)
class RulesVersionAdmin(ActingAdmin):
    """Versions, the newest first."""

    plural = "追溯码识别规则库"
    list_display = ("number", "state", "made_at", "in_force_at", "ended_at", "reason")
    list_filter = ("state",)
    ordering = ("-pk",)
    fields: ClassVar = (
        "state", "made_at", "made_name", "in_force_at", "in_force_name", "reason", "ended_at",
        "replaced_name",
    )  # fmt: skip
    readonly_fields = ("made_name", "in_force_name", "replaced_name")
    change_form_template = "admin/rules_version.html"
    change_list_template = "admin/rules_versions.html"
    adding = Act(
        "add",
        "新建草稿",
        MAY_ADD,
        _draft,
        form=SureForm,
        note="草稿从正在生效的规则开始；修改、试用都不影响上传，启用后才生效。",
    )
    acts: ClassVar[tuple[Act, ...]] = (
        Act("add-rule", "添加规则", MAY, _add_rule, form=RuleForm, offered=_is_draft),
        Act(
            "try-stored",
            "在已上传的追溯码上试用",
            MAY,
            _try_stored,
            form=SureForm,
            offered=_is_draft,
            note="取各单位最新上传的几千个追溯码，比较正在生效的规则和此草稿；不修改任何数据。",
        ),
        Act(
            "put-in-force",
            "启用",
            MAY,
            _put_in_force,
            form=ReasonForm,
            offered=_is_draft,
            note="整版一次生效，只影响此后开始的校验；已入库的追溯码和编码体系不变，可以撤回。",
        ),
        Act(
            "take-back",
            "撤回",
            MAY,
            _take_back,
            form=ReasonForm,
            offered=lambda row: row.state == State.IN_FORCE,
            note="恢复此版启用之前的规则；按此版入库的数据不变。",
        ),
        Act("drop", "作废草稿", MAY, _drop, form=ReasonForm, offered=_is_draft),
        Act(
            "copy",
            "以此版新建草稿",
            MAY_ADD,
            _draft_like,
            form=SureForm,
            offered=lambda row: not _is_draft(row),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With those who made them."""
        return super().get_queryset(request).select_related("made_by", "in_force_by", "replaced")

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which codes are typed in."""
        view = self.admin_site.admin_view(partial(self.try_codes_page))
        own = path("<path:object_id>/try-codes/", view, name="tracing_rulesversion_try-codes")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """List the versions, with the built-in rules while no version is in force."""
        built_in = shown_built_in() if rules_in_force().version is None else []
        return super().changelist_view(request, {"built_in": built_in, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a version with its rules and what its trial found."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        context: dict[str, Any] = {}
        if row is not None:
            may = bool(request.user.has_perm(MAY)) and _is_draft(row)
            rules = row.rules.order_by("place", "pk").select_related("version")
            context = {
                "rules": shown_rules(rules),
                "may_change": may,
                "trial": row.trial,
                "try_codes": reverse("admin:tracing_rulesversion_try-codes", args=[row.pk]),
            }
        return super().changeform_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def try_codes_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Judge typed codes by a version; nothing is kept."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        version = self.get_object(request, unquote(object_id))
        if version is None:
            raise Http404
        form = TypedForm(request.POST or None)
        samples = try_typed(version, form.cleaned_data["codes"]) if form.is_valid() else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "试用追溯码",
            "version": version,
            "back": self.page_of(version),
            "form": form,
            "samples": samples,
        }
        return TemplateResponse(request, "admin/rules_trial.html", context)

    @admin.display(description="版本", ordering="pk")
    def number(self, row: RulesVersion) -> str:
        """By its number."""
        return str(row)

    @admin.display(description="新建人")
    def made_name(self, row: RulesVersion) -> str:
        """By account name."""
        return row.made_by.name if row.made_by else "—"

    @admin.display(description="启用人")
    def in_force_name(self, row: RulesVersion) -> str:
        """By account name."""
        return row.in_force_by.name if row.in_force_by else "—"

    @admin.display(description="启用之前")
    def replaced_name(self, row: RulesVersion) -> str:
        """What was in force before it."""
        began = row.in_force_at is not None
        return (str(row.replaced) if row.replaced else "内置规则") if began else "—"


def _edit(row: VersionRule, asked: dict[str, Any], origin: Origin) -> str:
    actions.change_rule(row, RuleForm.asked(asked), origin=origin)
    return f"已保存规则“{row}”。"


def _copy(row: VersionRule, asked: dict[str, Any], origin: Origin) -> str:
    rule = actions.add_rule(row.version, RuleForm.asked(asked), origin=origin)
    return f"已添加规则“{rule}”，排在最后；如须先于其他规则，请调整次序。"


def _switch(row: VersionRule, _asked: dict[str, Any], origin: Origin) -> str:
    actions.switch_rule(row, origin=origin)
    return f"已{'启用' if row.enabled else '停用'}规则“{row}”。"


def _move(row: VersionRule, asked: dict[str, Any], origin: Origin) -> str:
    actions.move_rule(row, asked["place"], origin=origin)
    return f"规则“{row}”现在排在第 {row.place} 位。"


def _remove(row: VersionRule, _asked: dict[str, Any], origin: Origin) -> str:
    title = str(row)
    actions.remove_rule(row, origin=origin)
    return f"已删除规则“{title}”。"


@admin.register(VersionRule)
class VersionRuleAdmin(ActingAdmin):
    """The rules of all versions; they are reached from the page of theirs."""

    plural = "识别规则"
    list_display = ("__str__", "version", "place", "system", "enabled")
    list_filter = ("enabled",)
    list_select_related = ("version",)
    ordering = ("-version", "place")
    fields: ClassVar = ("version", "place", "title", "pattern", "system", "enabled")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "edit", "修改", MAY, _edit, form=RuleForm, offered=_made_in_draft, initial=RuleForm.of
        ),
        Act(
            "copy", "复制", MAY, _copy, form=RuleForm, offered=_of_draft,
            initial=RuleForm.like,
            note="新规则排在最后。内置规则的正则表达式须改为 RE2 的写法时，保存时会说明。",
        ),
        Act("switch", "启用或停用", MAY, _switch, form=SureForm, offered=_of_draft),
        Act(
            "move", "调整次序", MAY, _move, form=PlaceForm, offered=_of_draft,
            initial=lambda row: {"place": row.place},
        ),
        Act("remove", "删除", MAY, _remove, form=SureForm, offered=_made_in_draft),
    )  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        """No line of their own on the first page."""
        return False

    def page_of(self, row: Any) -> str:
        """The page of its version."""
        if row is None:
            return super().page_of(row)
        return reverse("admin:tracing_rulesversion_change", args=[row.version_id])
