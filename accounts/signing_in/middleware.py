"""Sessions: looked at before every view, and their pages stored nowhere."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from accounts.core.requests import VisitorRequest
from accounts.signing_in import devices, sessions


class SignInMiddleware:
    """Leaves nobody signed in whose session has ended, here or elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visitor = cast(VisitorRequest, request)
        sessions.look_at(visitor)
        response = self.get_response(request)
        if visitor.new_browser is not None:
            devices.keep(response, visitor.new_browser)
        return response


# What a browser forgets at sign-out. The cookies stay: one of them knows the device again.
FORGET = '"cache", "storage"'


class NoStoreMiddleware:
    """Marks every answer given to a signed-in session as not to be stored, and lets the browser
    forget at sign-out whatever it has stored all the same.

    After sign-out, Back shows nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Looked at before the view as well: signing out leaves an anonymous user behind.
        signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if signed_in or request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        if signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = FORGET
        return response
