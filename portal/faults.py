"""The page for what failed inside."""

import logging
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error as fault_of_ours

from portal.lib.disk import is_full

# RFC 4918: the server cannot store what is needed to complete the request.
INSUFFICIENT_STORAGE = 507
log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that a full disk kept nothing, or that something failed. Called by Django with the
    fault in hand (`handler500`)."""
    error = sys.exc_info()[1]
    if not is_full(error):
        return fault_of_ours(request)
    log.error("The disk of PORTAL_DATA is full, what was sent was not kept: %s", error)
    return render(None, "507.html", status=INSUFFICIENT_STORAGE)
