"""Pages of the interface's documents. The OpenAPI document and Swagger UI everybody may read: they
hold what the interface takes and answers, and nothing of any unit."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.core.kinds import KINDS
from accounts.core.private_files import PDF, SHUT
from accounts.core.requests import AgentRequest
from accounts.keys.scopes import SELF_SERVICE
from accounts.rights.permissions import business_required
from tracing.api.documents.edition import TITLE, title_of
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


@require_safe
@business_required(SELF_SERVICE)
def api_plan(request: AgentRequest, kind: str) -> HttpResponse:
    """The 对接方案 for a kind that the unit is. Raises Http404 for any other."""
    # Not before somebody asks for one: what sets PDFs is a tenth of what a process loads.
    from tracing.api.documents.plan import plan

    found = KINDS.get(kind)
    if found is None or found not in request.unit.kinds:
        raise Http404
    response = HttpResponse(plan(kind), content_type=PDF)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{title_of(found)}.pdf"
    )
    response["Content-Security-Policy"] = SHUT
    return response
