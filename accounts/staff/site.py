"""The site of staff at /admin/: Django's admin behind a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

if TYPE_CHECKING:
    from accounts.core.requests import AccountRequest


class StaffPage(NamedTuple):
    """A page of the site that is no model's: its address is `<name>/` and called `admin:<name>`.

    `permission` is asked before the view runs.
    """

    name: str
    title: str
    permission: str
    view: Callable[[HttpRequest], HttpResponse]


class StaffSite(AdminSite):
    """Lets in active staff whose session has passed the one-time code, and nobody else."""

    site_title = "工作人员平台"
    site_header = "药耗追溯单位网厅 · 工作人员平台"
    index_title = "工作台"
    site_url = None
    empty_value_display = "—"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[StaffPage] = []

    def add_page(self, page: StaffPage) -> None:
        """Add a page; another app does so where it registers its models."""
        self.pages.append(page)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this session may see anything here; a model's own permissions come after."""
        from accounts.staff import views_sign_in as signing

        return signing.may_enter(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign in by our own page."""
        from accounts.staff import views_sign_in as signing

        return signing.login(request)

    # Django's own always answer with a page; ours lead on.
    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign out, as the operation log knows it."""
        from accounts.staff import views_sign_in as signing

        return signing.logout(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change one's own password by our own rules."""
        from accounts.staff.views_password import password_change

        context = {**self.each_context(request), **(extra_context or {})}
        return password_change(cast("AccountRequest", request), context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the second step of the sign-in."""
        from accounts.staff import views_sign_in as signing

        return [
            path("factor/", signing.factor, name="factor"),
            path("enrol/", signing.enrol, name="enrol"),
            *(
                path(f"{page.name}/", self.admin_view(_allowed(page)), name=page.name)
                for page in self.pages
            ),
            *super().get_urls(),
        ]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show first what waits for staff."""
        from accounts.staff.open_work import open_work

        return super().index(request, {"waiting": open_work(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List the tables in the order of their registration, by the names of their pages."""
        apps: list[Any] = super().get_app_list(request, app_label)
        order = {model: place for place, model in enumerate(self._registry)}
        for app in apps:
            app["models"].sort(key=lambda entry: order[entry["model"]])
            for entry in app["models"]:
                entry["name"] = (
                    getattr(self._registry[entry["model"]], "plural", "") or entry["name"]
                )
        return apps

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Tell every page which of the further pages are open to this member of staff."""
        entered = self.has_permission(request)
        return {
            **super().each_context(request),
            "staff_pages": [
                (page.title, reverse(f"admin:{page.name}"))
                for page in self.pages
                if entered and request.user.has_perm(page.permission)
            ],
        }


def _allowed(page: StaffPage) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse who lacks the page's permission."""

    @wraps(page.view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(page.permission):
            raise PermissionDenied
        return page.view(request)

    return guarded
