"""WSGI entry point, for gunicorn."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8 whatever character set it names.

    Django decodes the query with the named one while the request is being built, where codecs
    that are no character sets ("hex") end in a fault that no middleware sees; so do parameters of
    the header that name a codec of their own. Whoever names another, or one that there is not, is
    then refused by portal.middleware.ReadableTextMiddleware.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except (ValueError, LookupError):  # As codecs say that they cannot, or are not there.
            self.content_type, self.content_params = "", None


class Handler(WSGIHandler):
    """Django's own, with our request."""

    request_class = Utf8Request


django.setup(set_prefix=False)

from portal import web_worker  # noqa: E402  # what follows needs Django to be set up
from portal.interface_middleware import unreadable  # noqa: E402

web_worker.unreadable = unreadable
application = Handler()
