"""The site of staff at /admin/: Django's admin behind a second factor."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path


class StaffSite(AdminSite):
    """Lets in active staff whose session has passed the one-time code, and nobody else."""

    site_title = "工作人员平台"
    site_header = "药耗追溯单位网厅 · 工作人员平台"
    index_title = "工作台"
    site_url = None
    empty_value_display = "—"
    enable_nav_sidebar = False

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
            *super().get_urls(),
        ]
