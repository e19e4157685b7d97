"""Pages that show rows, and what staff may do to a row: each act a page that asks for a reason."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from accounts.core.forms_filters import TOO_LONG
from accounts.core.models import Account
from accounts.core.origin import origin_of
from accounts.messages.documents import LIMIT_WORDS
from accounts.staff.acts import Act, Shown
from portal.lib.clock import to_minute
from portal.lib.refused import Refused

# Django's class takes no parameter when it runs; its stubs want one.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin
from accounts.signing_in.queries import live_sign_ins

SEARCH_LENGTH = 200


class SearchForm(ChangeListSearchForm):
    """What a list is searched for, no longer than anything that stands in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = forms.CharField(
            required=False,
            strip=False,
            max_length=SEARCH_LENGTH,
            error_messages={"max_length": TOO_LONG.format(label="搜索内容")},
        )


class SearchedList(ChangeList):
    """A list as Django makes it, searched by our form."""

    search_form_class = SearchForm


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows and changes none; who may see them, Django's view permission says."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    # What a row is called on the pages of the site, where the model's own name would mislead.
    plural = ""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Head the list with what it holds."""
        title = self.plural or self.opts.verbose_name_plural
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with a limit on what it is searched for."""
        return SearchedList

    @admin.display(description="单位", ordering="unit__name")
    def unit_name(self, row: Any) -> str:
        """The unit that a row belongs to."""
        return row.unit.name if row.unit else ""

    @admin.display(description="经办人", ordering="agent__name")
    def agent_name(self, row: Any) -> str:
        """The agent that a row is about."""
        return str(row.agent.name)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By the filters of the list alone. Django lets any field of the model pass, so that what
        is shown masked or not at all could be guessed character by character."""
        filters = [getattr(each, "parameter_name", each) for each in self.get_list_filter(request)]
        named = any(lookup == name or lookup.startswith(f"{name}__") for name in filters)
        return named and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the view permission alone: here, changing is something that acts do."""
        codename = f"view_{self.opts.model_name}"
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))


def moment(at: datetime | None) -> str:
    """Say a moment to the minute, in Shanghai; a dash for none."""
    return to_minute(at) if at else "—"


class FilledFilter(admin.SimpleListFilter):
    """Whether a moment of the row is set: `field` is its name, the two others value and word."""

    field: str
    empty: tuple[str, str]
    filled: tuple[str, str]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Both."""
        return [self.empty, self.filled]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that are so."""
        if self.value() == self.empty[0]:
            return queryset.filter(**{self.field: None})
        return queryset.exclude(**{self.field: None}) if self.value() else queryset


class ActingAdmin(ReadOnlyAdmin):
    """Offers the acts of a row as buttons on its page.

    Each has an address of its own: …/<pk>/do/<name>/ is named `<app>_<model>_<name>`.
    """

    acts: ClassVar[tuple[Act, ...]] = ()
    # How a row comes to be, if staff make rows here: an act upon none.
    adding: ClassVar[Act | None] = None
    change_form_template = "admin/acting_change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add an address for each act, before Django's own, which take any path for a key."""
        opts = self.opts
        own = [
            path(
                f"<path:object_id>/do/{act.name}/",
                self.admin_site.admin_view(partial(self.act_page, act=act)),
                name=f"{opts.app_label}_{opts.model_name}_{act.name}",
            )
            for act in self.acts
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows are made here, and by this member of staff."""
        return self.adding is not None and bool(request.user.has_perm(self.adding.permission))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for what a new row needs."""
        if self.adding is None:
            raise PermissionDenied
        return self.act_page(request, None, act=self.adding)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the row with the acts that this member of staff may do to it now."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        offered = [
            (act, self.address_of(act, row))
            for act in self.acts
            if row is not None and request.user.has_perm(act.permission) and act.offered(row)
        ]
        context = {"acts": offered, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def address_of(self, act: Act, row: Any) -> str:
        """Return the address of an act upon a row."""
        opts = self.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{act.name}", args=[row.pk])

    @method_decorator(sensitive_post_parameters())
    def act_page(
        self, request: HttpRequest, object_id: str | None = None, *, act: Act
    ) -> HttpResponse:
        """Ask for what the act needs, then do it; what it shows is shown once, on this answer."""
        if not request.user.has_perm(act.permission):
            raise PermissionDenied
        row = None
        if object_id is not None and (row := self.get_object(request, unquote(object_id))) is None:
            raise Http404
        if row is not None and not act.offered(row):
            messages.warning(request, act.not_offered)
            return redirect(self.page_of(row))
        form = act.form(request.POST or None, request.FILES or None, initial=act.initial(row))
        if getattr(request, "upload_too_large", False):
            form.add_error(None, f"文件超过 {LIMIT_WORDS}；请压缩或拆分后重新上传。")
        outcome = self.done(request, act, row, form) if form.is_valid() else None
        if isinstance(outcome, str):
            messages.success(request, outcome)
            return redirect(self.page_of(row))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": act.title,
            "act": act,
            "row": row,
            "back": self.page_of(row),
            "form": form,
            "shown": outcome,
        }
        return TemplateResponse(request, "admin/act.html", context)

    def done(
        self, request: HttpRequest, act: Act, row: Any, form: forms.Form
    ) -> str | Shown | None:
        """Do it; None where it was refused, with the refusals on the form."""
        by = cast(Account, request.user)
        try:
            return act.run(row, form.cleaned_data, origin_of(request, by))
        except Refused as refused:
            form.add_error(None, [each.message for each in refused.refusals])
            return None

    def page_of(self, row: Any) -> str:
        """Return the address of a row's page; of the list where it is none or gone."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if row is None or row.pk is None:
            return reverse(f"{name}_changelist")
        return reverse(f"{name}_change", args=[row.pk])


def live_sessions(account: Account) -> str:
    """One line for each session that can still be used; empty when there is none."""
    return "；".join(
        f"{row.label or '未知设备'}（IP {row.address or '未知'}，{to_minute(row.started_at)} 登录）"
        for row in live_sign_ins(account)
    )
