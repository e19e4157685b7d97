"""Settings of the signed interface's framework, of its OpenAPI document and of Swagger UI."""

from typing import Any

# The signed interface; each of its views says how it is spoken to.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    # What lies inside `param` is told by contentSchema, which is of 3.1.
    "OAS_VERSION": "3.1.1",
    "POSTPROCESSING_HOOKS": ["tracing.api.documents.openapi.with_components"],
    "SWAGGER_UI_DIST": "SIDECAR",
    # Whoever reads the page has no SKey at hand that it could sign with.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "docExpansion": "list",
        "supportedSubmitMethods": [],
        "validatorUrl": None,
        "withCredentials": False,
    },
}
