"""The site of staff at /admin/: Django's admin behind a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, reverse


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
        from accounts.staff import signing

        return signing.may_enter(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign in by our own page."""
        from accounts.staff import signing

        return signing.login(request)

    # Django's own answers with a page; ours leads to the sign-in.
    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Sign out, as the operation log knows it."""
        from accounts.staff import signing

        return signing.logout(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the second step of the sign-in."""
        from accounts.staff import signing

        return [
            path("factor/", signing.factor, name="factor"),
            path("enrol/", signing.enrol, name="enrol"),
            *(
                path(f"{page.name}/", self.admin_view(_allowed(page)), name=page.name)
                for page in self.pages
            ),
            *super().get_urls(),
        ]

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
