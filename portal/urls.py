"""The whole URL map, by include."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from portal import views

handler400 = "portal.pages.error_pages.bad_request"
handler500 = "portal.pages.error_pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(page[1:], view, name=page[1:]) for page, view in views.HEALTH.items()),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("tracing.urls")),
]
