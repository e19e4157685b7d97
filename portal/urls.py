"""The whole URL map, by include."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from portal import views

handler400 = "portal.views.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("tracing.urls")),
]
