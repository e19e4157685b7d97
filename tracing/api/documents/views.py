"""Pages of the interface's documents. The OpenAPI document and Swagger UI everybody may read: they
hold what the interface takes and answers, and nothing of any unit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from tracing.api.documents.edition import TITLE
from tracing.api.documents.openapi import document


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(document(), content_type="application/json; charset=utf-8")


class AsTheyCame(BaseAuthentication):
    """Whoever asks stays who the session says, or nobody."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        """The visitor of the site."""
        return request._request.user, None


class SwaggerView(SpectacularSwaggerSplitView):
    """The same to read, by Swagger UI without anything inline or from another host."""

    http_method_names = ("get", "head")
    authentication_classes = (AsTheyCame,)
    permission_classes = ()
    url_name = "tracing:api-schema"
    template_name = "tracing/api/swagger.html"
    title = TITLE
