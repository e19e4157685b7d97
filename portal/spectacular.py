"""Settings of the interface's OpenAPI document and of its page, for whoever writes programs."""

from typing import Any

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
